/** The daemon did not answer in time. The connection stays usable; the call may still be carried out. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
  readonly code = 'call-timeout';
  /** The call, by libvirt's name. */
  readonly procedure: string;
  readonly timeoutMs: number;
  readonly doThis =
    'Check whether the libvirt daemon hangs (virsh list); allow more time where the host is busy. What was asked for may still be done.';

  constructor(procedure: string, timeoutMs: number) {
    super(`libvirt did not answer ${procedure} within ${timeoutMs / 1000} s`);
    this.procedure = procedure;
    this.timeoutMs = timeoutMs;
  }
}
