import type { Duplex } from 'node:stream';
import type { Procedure } from '#formats/libvirt-rpc/procedure';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { features, openFlags } from '#formats/libvirt-rpc/procedures/connection';
import { type AgentCalls, agentCalls } from '#libvirt/agent-calls';
import { authenticate } from '#libvirt/authenticate';
import { type DomainCalls, domainCalls } from '#libvirt/domain-calls';
import { type DomainChangeCalls, domainChangeCalls } from '#libvirt/domain-change-calls';
import { type DomainResourceCalls, domainResourceCalls } from '#libvirt/domain-resource-calls';
import { type DomainTuningCalls, domainTuningCalls } from '#libvirt/domain-tuning-calls';
import { type EventCalls, eventCalls } from '#libvirt/event-calls';
import { EventRouter } from '#libvirt/event-router';
import { type HostCalls, hostCalls } from '#libvirt/host-calls';
import type { Keepalive } from '#libvirt/keepalive-watch';
import { type NetworkCalls, networkCalls } from '#libvirt/network-calls';
import { type CallOptions, RpcChannel } from '#libvirt/rpc-channel';
import { type StorageCalls, storageCalls } from '#libvirt/storage-calls';

/** What a connection is for. */
export interface ConnectionOptions extends CallOptions {
  /** Open it read-only: the daemon then refuses what changes something, and some questions too. */
  readonly readOnly?: boolean | undefined;
  /** `reads`: this client itself refuses calls that may change something, on a read-write connection too. `everything` unless told otherwise. */
  readonly allow?: 'reads' | 'everything' | undefined;
  /** How the daemon is watched for signs of life; every 5 s, 5 times, unless told otherwise. Its own pings are always answered. */
  readonly keepalive?: Keepalive | 'off' | undefined;
  /**
   * How many calls may be at the daemon at once; more wait here for their turn, and their time runs. 4 unless told otherwise: with
   * `max_client_requests` calls (5 in libvirtd.conf unless changed) at work the daemon stops to listen, takes no sign of life either, and
   * hangs up after half a minute if one of them hangs.
   */
  readonly callsAtOnce?: number | undefined;
  /** Ends the connection when it is aborted, now or later. */
  readonly signal?: AbortSignal | undefined;
  /** How long each step of opening may take, in milliseconds; 30 s unless told otherwise. */
  readonly timeoutMs?: number | undefined;
}

const usualKeepalive: Keepalive = { intervalMs: 5000, count: 5 };

/**
 * An open connection to a libvirt daemon. Calls may be made in any number at once (`Promise.all`); the daemon answers each as it is done.
 * A call rejects with LibvirtError where the daemon answers with an error; with CallTimeout where it does not answer in time; with
 * ConnectionError or ProtocolError where the connection has ended; with CallRefused where `allow` forbids it; with XdrError where an
 * argument is too long or out of range.
 */
export interface Connection
  extends HostCalls,
    DomainCalls,
    DomainResourceCalls,
    DomainChangeCalls,
    DomainTuningCalls,
    NetworkCalls,
    StorageCalls,
    AgentCalls,
    EventCalls {
  /** Whether it was opened read-only. */
  readonly readOnly: boolean;
  /** Resolves when the connection has ended, with the reason: a ConnectionError of code `closed` after `close()`. Never rejects. */
  readonly closed: Promise<Error>;
  /** Makes any call: one of `procedures`, or one described by hand. All other methods come down to this one. */
  call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options?: CallOptions,
  ): Promise<Result>;
  /** Ends the connection: waiting calls are rejected, the daemon is told, stream and timers are released. Never rejects; may be called again. */
  close(): Promise<void>;
}

/**
 * Opens a connection over a stream of bytes to a daemon: a unix socket, a pipe to virt-ssh-helper, TLS. The stream belongs to the
 * connection from now on and is destroyed with it. `name` is the URI that the daemon is asked for: `qemu:///system`; empty leaves the
 * choice to it. Rejects with AuthError, LibvirtError, CallTimeout, ConnectionError, ProtocolError, or the reason of the signal.
 */
export async function openConnection(
  stream: Duplex,
  name: string,
  options: ConnectionOptions = {},
): Promise<Connection> {
  const {
    readOnly = false,
    allow = 'everything',
    keepalive = usualKeepalive,
    callsAtOnce = 4,
    signal,
    timeoutMs,
  } = options;
  const router = new EventRouter();
  const channel = new RpcChannel(stream, {
    allow,
    callsAtOnce: Math.max(1, callsAtOnce),
    onEvent: (header, payload) => router.deliver(header, payload),
  });
  const aborted = (): void => channel.fail(reasonOf(signal));
  if (signal?.aborted) aborted();
  signal?.addEventListener('abort', aborted);
  void channel.closed.then(() => signal?.removeEventListener('abort', aborted));

  try {
    await authenticate(channel, { timeoutMs });
    const [, { supported }] = await Promise.all([
      channel.call(procedures.connectOpen, { name, flags: readOnly ? openFlags.readOnly : 0 }, { timeoutMs }),
      channel.call(procedures.connectSupportsFeature, { feature: features.keepalive }, { timeoutMs }),
    ]);
    if (supported && keepalive !== 'off') channel.watch(keepalive);
  } catch (error) {
    channel.fail(error instanceof Error ? error : new Error(String(error)));
    await channel.close();
    throw error;
  }

  return {
    ...hostCalls(channel),
    ...domainCalls(channel),
    ...domainResourceCalls(channel),
    ...domainChangeCalls(channel),
    ...domainTuningCalls(channel),
    ...networkCalls(channel),
    ...storageCalls(channel),
    ...agentCalls(channel),
    ...eventCalls(channel, router),

    readOnly,
    closed: channel.closed,
    call: (procedure, args, callOptions = {}) => channel.call(procedure, args, callOptions),
    close: () => channel.close(),
  };
}

const reasonOf = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new DOMException('The connection was aborted', 'AbortError');
