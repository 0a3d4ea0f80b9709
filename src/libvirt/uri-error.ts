/** What was wrong with a connection URI, or with the file that names one. */
export type UriProblem =
  | 'bad-uri' // cannot be understood
  | 'unsupported-transport' // ssh, tls, tcp, ext
  | 'unsupported-driver' // hypervisors that libvirt drives inside the client, without a daemon
  | 'bad-config'; // libvirt.conf

/** The URI leads nowhere this client can go. Nothing was connected to. */
export class UriError extends Error {
  override readonly name = 'UriError';
  readonly code: UriProblem;
  /** What a person can do about it. */
  readonly doThis: string;

  constructor(code: UriProblem, message: string, doThis: string) {
    super(message);
    this.code = code;
    this.doThis = doThis;
  }
}
