/** This client refused to make a call that the connection was not opened for. Nothing was sent. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly code = 'call-refused';
  /** The call, by libvirt's name. */
  readonly procedure: string;
  readonly doThis = 'Open the connection with allow: ‘everything’ for calls that change something.';

  constructor(procedure: string) {
    super(`${procedure} may change something, and this connection was opened for calls that only read`);
    this.procedure = procedure;
  }
}
