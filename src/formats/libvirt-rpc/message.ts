/**
 * The frame around everything that libvirt's daemons and their clients say to each other: a length, a header of six numbers, a payload.
 * Facts: libvirt, docs "RPC protocol & APIs" (internals/rpc).
 */
import type { Codec } from '#formats/libvirt-rpc/codec';
import { XdrError } from '#formats/libvirt-rpc/xdr-error';
import type { XdrReader } from '#formats/libvirt-rpc/xdr-reader';
import { XdrWriter } from '#formats/libvirt-rpc/xdr-writer';

/** Bytes of the length word, which counts itself. */
export const lengthSize = 4;

/** Bytes of the length word and the header. */
export const headSize = 28;

/** The largest message, the length word not counted: 32 MiB. */
export const messageMost = 33_554_432;

/** What a message is. Others exist (streams, file descriptors); this client asks for none, so none may arrive. */
export const messageTypes = { call: 0, reply: 1, event: 2 } as const;

/** How a reply turned out. */
export const messageStatuses = { ok: 0, error: 1, continues: 2 } as const;

/** The numbers before each payload. */
export interface MessageHeader {
  /** Which protocol: the hypervisor's, QEMU's own, keepalive. */
  readonly program: number;
  /** Of the program; 1 for all that exist. */
  readonly version: number;
  readonly procedure: number;
  /** See `messageTypes`. */
  readonly type: number;
  /** Chosen by the caller and repeated in the reply; 0 in events. */
  readonly serial: number;
  /** See `messageStatuses`. */
  readonly status: number;
}

/** Reads the header; the reader stands behind the length word before and at the payload after. Throws XdrError. */
export function readHeader(from: XdrReader): MessageHeader {
  return {
    program: from.uint32(),
    version: from.uint32(),
    procedure: from.int32(),
    type: from.int32(),
    serial: from.uint32(),
    status: from.int32(),
  };
}

/** Gives a whole message, length word included. Throws XdrError for a value that does not fit. */
export function writeMessage<T>(header: MessageHeader, payload: Codec<T>, value: T): Buffer {
  const to = new XdrWriter(lengthSize + messageMost);
  to.uint32(0);
  to.uint32(header.program);
  to.uint32(header.version);
  to.int32(header.procedure);
  to.int32(header.type);
  to.uint32(header.serial);
  to.int32(header.status);
  payload.write(to, value);
  const message = to.finish();
  to.patchUint32(0, message.length);
  return message;
}

/** Reads one value that must fill the rest of the message. Throws XdrError. */
export function readPayload<T>(from: XdrReader, codec: Codec<T>): T {
  const value = codec.read(from);
  from.end();
  return value;
}

/** Takes a length word. Gives the size of the whole message; throws XdrError for one that no libvirt message has. */
export function checkLength(length: number): number {
  if (length < headSize)
    throw new XdrError('truncated', 0, `a message of ${length} bytes, where the header alone takes ${headSize},`);
  if (length > lengthSize + messageMost)
    throw new XdrError(
      'too-long',
      0,
      `a message of ${length} bytes, where at most ${lengthSize + messageMost} are allowed,`,
    );
  return length;
}
