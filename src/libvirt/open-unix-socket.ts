import { createConnection, type Socket } from 'node:net';
import { ConnectionError } from '#libvirt/connection-error';

/** The longest path of a unix socket on Linux, in bytes. */
const pathMost = 107;

/** Opens a unix socket. Rejects with ConnectionError, whose code says whether it is missing, forbidden or dead, or with the reason of the signal. */
export function openUnixSocket(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    if (Buffer.byteLength(path) > pathMost) {
      throw new ConnectionError(
        'cannot-connect',
        `${path} is longer than the ${pathMost} bytes that a socket's path may have`,
        'Use a shorter path.',
      );
    }
    const socket = createConnection(path);
    const aborted = (): void => {
      socket.destroy();
      reject(signal?.reason);
    };
    const failed = (error: Error): void => {
      signal?.removeEventListener('abort', aborted);
      reject(problemOf(path, error));
    };
    signal?.addEventListener('abort', aborted);
    socket.once('error', failed);
    socket.once('connect', () => {
      signal?.removeEventListener('abort', aborted);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

function problemOf(path: string, error: Error): ConnectionError {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ConnectionError(
        'no-socket',
        `${path} does not exist`,
        'Install and start libvirt, or give the URI of a host that has it.',
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
      return new ConnectionError(
        'no-rights',
        `no right to use ${path}`,
        'Run as root, or as a member of the group libvirt.',
        { cause: error },
      );
    case 'ECONNREFUSED':
      return new ConnectionError(
        'nobody-listens',
        `nobody listens on ${path}`,
        'Start the libvirt daemon (systemctl start libvirtd, or virtqemud.socket).',
        {
          cause: error,
        },
      );
    default:
      return new ConnectionError(
        'cannot-connect',
        `cannot connect to ${path}: ${error.message}`,
        'Check that it is the socket of a libvirt daemon.',
        {
          cause: error,
        },
      );
  }
}
