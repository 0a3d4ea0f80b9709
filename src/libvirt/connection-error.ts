/** What happened to a connection, or kept one from being made. */
export type ConnectionProblem =
  | 'no-libvirt' // none of the sockets that libvirt could listen on is there
  | 'no-socket' // this socket is not there
  | 'no-rights' // it is there, but not for this user
  | 'nobody-listens' // it is there, but no daemon listens on it
  | 'cannot-connect' // the system gives another reason
  | 'closed-by-daemon' // the daemon hung up, or died
  | 'stream-failed' // the system ended an open connection
  | 'dead-peer' // nothing came for longer than keepalive allows
  | 'closed'; // closed by this program

/** A socket that was tried, and what came of it. */
export interface TriedSocket {
  readonly path: string;
  readonly problem: string;
}

/** There is no connection (any more). Every call that waited on it is rejected with the same error. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: ConnectionProblem;
  /** What a person can do about it. */
  readonly doThis: string;
  /** The sockets that were tried, where none of them led anywhere. */
  readonly tried: readonly TriedSocket[];

  constructor(
    code: ConnectionProblem,
    message: string,
    doThis: string,
    more: { readonly cause?: unknown; readonly tried?: readonly TriedSocket[] } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.doThis = doThis;
    this.tried = more.tried ?? [];
  }
}
