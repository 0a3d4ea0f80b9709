import { Duplex } from 'node:stream';
import type { Codec } from '#formats/libvirt-rpc/codec';
import { FrameSplitter } from '#formats/libvirt-rpc/frame-splitter';
import {
  lengthSize,
  type MessageHeader,
  messageStatuses,
  messageTypes,
  readHeader,
  writeMessage,
} from '#formats/libvirt-rpc/message';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { type RemoteError, remoteError } from '#formats/libvirt-rpc/remote-error';
import { XdrReader } from '#formats/libvirt-rpc/xdr-reader';

/** A call as it reached the fake daemon. */
export interface ReceivedCall {
  readonly header: MessageHeader;
  readonly payload: Buffer;
}

/** Which calls are meant: one of `procedures`. */
interface CallKind {
  readonly program: number;
  readonly number: number;
}

/** The other end of a stream, which says what the test makes it say. It knows no libvirt: a test writes its bytes. */
export class FakeDaemon {
  /** The client's end. */
  readonly stream: Duplex;
  /** Everything that came, in order. */
  readonly received: ReceivedCall[] = [];
  readonly #answers = new Map<string, (call: ReceivedCall) => void>();

  constructor() {
    const frames = new FrameSplitter();
    this.stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        for (const message of frames.push(chunk)) this.#heard(Buffer.from(message));
        done();
      },
    });
  }

  #heard(message: Buffer): void {
    const from = new XdrReader(message, lengthSize);
    const header = readHeader(from);
    const call = { header, payload: message.subarray(from.offset) };
    this.received.push(call);
    // as over a socket, the answer comes in a later turn
    setImmediate(() => this.#answers.get(`${header.program}/${header.procedure}`)?.(call));
  }

  /** From now on each call of this procedure is handed to `answer`. */
  on({ program, number }: CallKind, answer: (call: ReceivedCall) => void): this {
    this.#answers.set(`${program}/${number}`, answer);
    return this;
  }

  /** From now on each call of this procedure is answered so. */
  answer<Result>(procedure: CallKind & { readonly result: Codec<Result> }, result: Result): this {
    return this.on(procedure, ({ header }) => this.send(reply(header, procedure.result, result)));
  }

  /** From now on each call of this procedure is answered by an error. */
  refuse(procedure: CallKind, error: Partial<RemoteError>): this {
    return this.on(procedure, ({ header }) => this.send(errorReply(header, error)));
  }

  /** Lets connections be opened and closed without ado; keepalive as the test wants it. */
  open(keepalive: 'understands keepalive' | 'no keepalive' = 'no keepalive'): this {
    return this.answer(procedures.authList, { types: [0] })
      .answer(procedures.connectOpen, undefined)
      .answer(procedures.connectSupportsFeature, { supported: keepalive === 'understands keepalive' })
      .answer(procedures.connectClose, undefined);
  }

  /** Sends bytes, whatever they are. */
  send(...bytes: readonly Uint8Array[]): void {
    this.stream.push(Buffer.concat(bytes));
  }

  /** Hangs up. */
  hangUp(): void {
    this.stream.push(null);
  }

  /** The calls of a procedure that came. */
  callsOf({ program, number }: CallKind): readonly ReceivedCall[] {
    return this.received.filter(({ header }) => header.program === program && header.procedure === number);
  }
}

/** Gives the bytes of an answer to a call. */
export function reply<T>(call: MessageHeader, codec: Codec<T>, result: T, change: Partial<MessageHeader> = {}): Buffer {
  return writeMessage({ ...call, type: messageTypes.reply, ...change }, codec, result);
}

/** Gives the bytes of an error in answer to a call. */
export function errorReply(call: MessageHeader, error: Partial<RemoteError>): Buffer {
  const rest = { text1: undefined, text2: undefined, text3: undefined, number1: -1, number2: -1, network: undefined };
  const whole = { code: 1, domain: 10, message: 'it does not work', level: 2, about: undefined, ...rest, ...error };
  return reply(call, remoteError, whole, { status: messageStatuses.error });
}
