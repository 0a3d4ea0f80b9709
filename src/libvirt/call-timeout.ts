/** The daemon did not answer in time. The connection stays usable. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
  readonly code = 'call-timeout';
  /** The call, by libvirt's name. */
  readonly procedure: string;
  readonly timeoutMs: number;
  /** Whether the daemon was asked at all: if so, it may still do what it was asked for. If not, it was busy with earlier calls all the time. */
  readonly wasSent: boolean;
  /** What a person can do about it. */
  readonly doThis: string;

  constructor(procedure: string, timeoutMs: number, wasSent: boolean) {
    const late = wasSent ? 'did not answer' : 'was too busy with earlier calls to be asked for';
    super(`libvirt ${late} ${procedure} within ${timeoutMs / 1000} s`);
    this.procedure = procedure;
    this.timeoutMs = timeoutMs;
    this.wasSent = wasSent;
    this.doThis = wasSent
      ? 'Check whether the libvirt daemon or a guest hangs (virsh list, virsh domstate GUEST), or allow more time. What was asked for may still be done.'
      : 'Check whether a guest hangs, so that calls about it are not answered; ask for it over a connection of its own, or allow more time.';
  }
}
