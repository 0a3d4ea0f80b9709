/** What was wrong with the bytes that came. */
export type ProtocolProblem =
  | 'not-libvirt' // the first bytes already are not libvirt's protocol
  | 'bad-length' // a message that claims an impossible size
  | 'bad-header' // a header that no message to a client has
  | 'unknown-serial' // an answer to a call that was never made, or was answered before
  | 'wrong-procedure' // an answer to another call than the one with its serial
  | 'malformed-answer' // an answer that is not what this call is answered with
  | 'malformed-event' // an event that is not what its number says
  | 'truncated-message'; // the daemon hung up in the middle of a message

/** The other side does not speak libvirt's protocol as it should. All but `malformed-answer` end the connection. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolProblem;
  /** Where in the message, in bytes; undefined where it is not about a place in one. */
  readonly offset: number | undefined;
  /** What a person can do about it. */
  readonly doThis: string;

  constructor(
    code: ProtocolProblem,
    message: string,
    more: { readonly offset?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.offset = more.offset;
    this.doThis =
      code === 'not-libvirt'
        ? 'Check the path of the socket: what listens there is not a libvirt daemon.'
        : 'Check that a libvirt daemon listens there and is well; restart it if need be. If it is, this is a fault of this client: please report it.';
  }
}
