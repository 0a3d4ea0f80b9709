/** The little protocol by which both sides show that they are alive: `ping` is answered by `pong`. Facts: libvirt, docs "RPC protocol & APIs". */
import { nothing } from '#formats/libvirt-rpc/codec';
import { messageStatuses, messageTypes, writeMessage } from '#formats/libvirt-rpc/message';

/** Program number; the letters "keep". */
export const keepaliveProgram = 0x6b65_6570;

/** Numbers of the two messages. */
export const keepaliveProcedures = { ping: 1, pong: 2 } as const;

/** Gives a whole keepalive message. */
export function keepaliveMessage(which: keyof typeof keepaliveProcedures): Buffer {
  const header = {
    program: keepaliveProgram,
    version: 1,
    procedure: keepaliveProcedures[which],
    type: messageTypes.event,
    serial: 0,
    status: messageStatuses.ok,
  };
  return writeMessage(header, nothing, undefined);
}
