import { ConnectionError } from '#libvirt/connection-error';
import type { Keepalive } from '#libvirt/keepalive-watch';

/** This program closed the connection. */
export const closedHere = (): ConnectionError =>
  new ConnectionError('closed', 'the connection was closed', 'Open a new connection.');

/** The daemon hung up between two messages. */
export const closedByDaemon = (cause?: unknown): ConnectionError =>
  new ConnectionError(
    'closed-by-daemon',
    'the libvirt daemon closed the connection',
    'Check that the daemon still runs, and its log; it may have been restarted, or have too many clients.',
    { cause },
  );

/** The daemon gave no sign of life for as long as keepalive allows. */
export const deadPeer = ({ intervalMs, count }: Keepalive): ConnectionError =>
  new ConnectionError(
    'dead-peer',
    `nothing came from the libvirt daemon for ${(intervalMs * (count + 1)) / 1000} s, though it was asked ${count} times for a sign of life`,
    'Check whether the daemon hangs or its host is unreachable.',
  );

/** The system reports an error of the stream. */
export function streamFailed(error: Error): ConnectionError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' || code === 'EPIPE') return closedByDaemon(error);
  const message = `the connection to libvirt failed: ${error.message}`;
  return new ConnectionError('stream-failed', message, 'Check that the daemon still runs.', { cause: error });
}
