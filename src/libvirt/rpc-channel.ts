import type { Duplex } from 'node:stream';
import { FrameSplitter } from '#formats/libvirt-rpc/frame-splitter';
import { keepaliveMessage, keepaliveProcedures, keepaliveProgram } from '#formats/libvirt-rpc/keepalive';
import {
  lengthSize,
  type MessageHeader,
  messageStatuses,
  messageTypes,
  readHeader,
  readPayload,
  writeMessage,
} from '#formats/libvirt-rpc/message';
import { type Procedure, qemuProgram, remoteProgram } from '#formats/libvirt-rpc/procedure';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import { AbortSignals } from '#libvirt/abort-signals';
import { CallRefused } from '#libvirt/call-refused';
import { CallTimeout } from '#libvirt/call-timeout';
import { closedByDaemon, closedHere, deadPeer, streamFailed } from '#libvirt/channel-ends';
import { type Keepalive, KeepaliveWatch } from '#libvirt/keepalive-watch';
import { type PendingCall, PendingCalls } from '#libvirt/pending-calls';
import { ProtocolError } from '#libvirt/protocol-error';

/** How one call is made. */
export interface CallOptions {
  /** How long to wait for the answer, in milliseconds. By default 30 s, 120 s for calls that start QEMU or ask it what it can do. */
  readonly timeoutMs?: number | undefined;
  /** Gives up waiting when it is aborted; the daemon may still carry the call out. */
  readonly signal?: AbortSignal | undefined;
}

/** What a channel is made for. */
export interface ChannelOptions {
  /** How many calls may be at the daemon at once. */
  readonly callsAtOnce: number;
  /** `reads`: calls that may change something are refused before they are sent. */
  readonly allow: 'reads' | 'everything';
  /** Called for each event, with its header and a reader that stands at what it holds. */
  readonly onEvent: (header: MessageHeader, payload: XdrReader) => void;
}

const defaultTimeoutsMs = { quick: 30_000, slow: 120_000 } as const;
const goodbyeTimeoutMs = 1000;

/**
 * Speaks libvirt's RPC over a stream of bytes: any number of calls may wait for their answers at once, and the daemon may answer in any
 * order. Whatever goes wrong with the stream rejects every waiting call, once, and releases the stream and all timers.
 */
export class RpcChannel {
  readonly #stream: Duplex;
  readonly #options: ChannelOptions;
  readonly #frames = new FrameSplitter();
  readonly #calls: PendingCalls;
  readonly #signals = new AbortSignals((serial, reason) => this.#calls.giveUp(serial, () => reason));
  readonly #gone: Promise<void>;
  #end: Error | undefined;
  #hasHeard = false;
  #isCorked = false;
  #isClosing = false;
  #watch: KeepaliveWatch | undefined;
  #tellEnd: (reason: Error) => void = () => undefined;

  /** Resolves when the connection has ended, with the reason: a ConnectionError of code `closed` where this program closed it. Never rejects. */
  readonly closed: Promise<Error>;

  /** Takes an open stream to a daemon, which from now on belongs to the channel. */
  constructor(stream: Duplex, options: ChannelOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#calls = new PendingCalls(options.callsAtOnce, message => this.#write(message));
    this.closed = new Promise(resolve => {
      this.#tellEnd = resolve;
    });
    this.#gone = new Promise(resolve => {
      if (stream.closed) resolve();
      stream.once('close', () => {
        this.#hungUp();
        resolve();
      });
    });
    stream.on('data', (chunk: Buffer) => this.#received(chunk));
    stream.once('end', () => this.#hungUp());
    stream.on('error', error => this.fail(streamFailed(error)));
    // a stream that is gone already says so to nobody any more
    if (stream.destroyed) this.#hungUp();
  }

  /**
   * Makes a call. Rejects with LibvirtError where the daemon answers with an error; with CallTimeout, CallRefused, ConnectionError or
   * ProtocolError where there is no (good) answer; with XdrError where the arguments cannot be sent; with the reason of the signal.
   * `onResult` sees the answer before anything that the daemon sent after it.
   */
  call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options: CallOptions = {},
    onResult?: (result: Result) => void,
  ): Promise<Result> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (this.#isClosing) return Promise.reject(closedHere());
    return this.#request(procedure, args, options, onResult);
  }

  #request<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    { signal, timeoutMs = defaultTimeoutsMs[procedure.pace] }: CallOptions,
    onResult?: (result: Result) => void,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (procedure.rights === 'write' && this.#options.allow === 'reads') throw new CallRefused(procedure.name);
      signal?.throwIfAborted();
      const { program, number } = procedure;
      const serial = this.#calls.nextSerial();
      const header = {
        program,
        version: 1,
        procedure: number,
        type: messageTypes.call,
        serial,
        status: messageStatuses.ok,
      };
      const message = writeMessage(header, procedure.arguments, args);

      const late = (): void =>
        this.#calls.giveUp(serial, wasSent => new CallTimeout(procedure.name, timeoutMs, wasSent));
      // an answer that lies unread because this program was busy is read before time is called
      const timer = setTimeout(() => setImmediate(late), timeoutMs);
      if (signal !== undefined) this.#signals.add(signal, serial);
      const call: PendingCall = {
        procedure,
        resolve: payload => {
          const result = readPayload(payload, procedure.result);
          onResult?.(result);
          resolve(result);
        },
        reject,
        release: () => {
          clearTimeout(timer);
          if (signal !== undefined) this.#signals.remove(signal, serial);
        },
      };
      this.#calls.add(serial, call, message, this.#isClosing ? 'now' : 'in turn');
    });
  }

  /** Starts to watch the daemon, which must have said that it understands keepalive. */
  watch(keepalive: Keepalive): void {
    if (this.#end !== undefined) return;
    this.#watch?.stop();
    this.#watch = new KeepaliveWatch(
      keepalive,
      () => this.#write(keepaliveMessage('ping')),
      () => this.fail(deadPeer(keepalive)),
    );
  }

  /** Ends the connection: rejects what waits, takes leave of the daemon, and resolves when the stream is gone. Never rejects; may be called again. */
  async close(): Promise<void> {
    if (this.#end === undefined && !this.#isClosing) {
      this.#isClosing = true;
      this.#calls.giveUpAll(closedHere());
      // a daemon that does not say goodbye is left all the same
      await this.#request(procedures.connectClose, undefined, { timeoutMs: goodbyeTimeoutMs }).catch(() => undefined);
      this.fail(closedHere());
    }
    await this.#gone;
  }

  /** Ends the connection at once for a reason that all waiting calls are told. Only the first reason counts. */
  fail(reason: Error): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#watch?.stop();
    this.#calls.giveUpAll(reason);
    this.#stream.destroy();
    this.#tellEnd(reason);
  }

  /** Sends a message; those of one turn of the event loop go out together. */
  #write(message: Buffer): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#stream.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(message);
  }

  #received(chunk: Buffer): void {
    this.#watch?.heard();
    try {
      for (const message of this.#frames.push(chunk)) {
        this.#handle(message);
        if (this.#end !== undefined) return;
      }
    } catch (error) {
      this.fail(this.#explain(error));
    }
  }

  #explain(error: unknown): Error {
    if (!(error instanceof XdrError)) return error instanceof Error ? error : new Error(String(error));
    const code = this.#hasHeard ? 'bad-length' : 'not-libvirt';
    const { message, offset } = error;
    return new ProtocolError(code, `what came is not a message of libvirt: ${message}`, { offset, cause: error });
  }

  #handle(message: Buffer): void {
    const payload = new XdrReader(message, lengthSize);
    const header = readHeader(payload);
    const { program, type } = header;
    if (program !== remoteProgram && program !== qemuProgram && program !== keepaliveProgram) {
      const saw = `a message of program 0x${program.toString(16)} came`;
      throw new ProtocolError(this.#hasHeard ? 'bad-header' : 'not-libvirt', saw, { offset: lengthSize });
    }
    this.#hasHeard = true;
    if (type === messageTypes.event) {
      if (program !== keepaliveProgram) this.#options.onEvent(header, payload);
      else if (header.procedure === keepaliveProcedures.ping) this.#write(keepaliveMessage('pong'));
    } else if (type === messageTypes.reply) {
      this.#calls.answer(header, payload);
    } else {
      const saw = `a message of type ${type} came, where only answers and events may`;
      throw new ProtocolError('bad-header', saw, { offset: 16 });
    }
  }

  #hungUp(): void {
    const { unfinished } = this.#frames;
    const saw = `the libvirt daemon hung up in the middle of a message, ${unfinished} bytes into it`;
    this.fail(unfinished === 0 ? closedByDaemon() : new ProtocolError('truncated-message', saw));
  }
}
