import { errorCodes, errorDomainName, errorName } from '#formats/libvirt-rpc/error-codes';
import type { RemoteError } from '#formats/libvirt-rpc/remote-error';

/** The daemon understood the call and answered it with an error. */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  /** libvirt's number for the error (virErrorNumber): 42. See `errorCodes`. */
  readonly code: number;
  /** Its name in libvirt: `VIR_ERR_NO_DOMAIN`. */
  readonly codeName: string;
  /** The part of libvirt that raised it: `VIR_FROM_QEMU`. */
  readonly domain: string;
  readonly level: 'warning' | 'error';
  /** The call that was answered so, by libvirt's name: `domain_get_xml_desc`. */
  readonly procedure: string;
  /** What a person can do about it. */
  readonly doThis: string;

  constructor(procedure: string, error: RemoteError) {
    super(error.message ?? errorName(error.code));
    this.procedure = procedure;
    this.code = error.code;
    this.codeName = errorName(error.code);
    this.domain = errorDomainName(error.domain);
    this.level = error.level === 1 ? 'warning' : 'error';
    this.doThis =
      remedies.get(error.code) ??
      'Look at the message, and at the log of the libvirt daemon (journalctl -u libvirtd -u virtqemud).';
  }
}

const remedies: ReadonlyMap<number, string> = new Map([
  [errorCodes.noSupport, 'This daemon or hypervisor does not know the call; a newer libvirt may.'],
  [errorCodes.noConnect, 'Check the URI: this daemon has no driver for it, or the driver could not start.'],
  [errorCodes.invalidArgument, 'Check what was asked for: libvirt does not accept it.'],
  [errorCodes.xmlError, 'Correct the XML: libvirt cannot make a guest of it.'],
  [errorCodes.domainExists, 'Choose another name or UUID, or undefine the guest that has it.'],
  [errorCodes.operationDenied, 'Open a read-write connection: the read-only one forbids this call.'],
  [errorCodes.systemError, 'Look at the message: the daemon could not do something on its host.'],
  [errorCodes.noDomain, 'List the guests again: this one is gone.'],
  [errorCodes.noNetwork, 'List the networks again: this one is gone.'],
  [errorCodes.noStoragePool, 'List the storage pools again: this one is gone.'],
  [errorCodes.noStorageVolume, 'Refresh the storage pool: this volume is gone.'],
  [errorCodes.authFailed, 'Run as a user who may use libvirt: root, or a member of the group libvirt.'],
  [errorCodes.operationInvalid, 'Check the state of the guest: this cannot be done in it.'],
  [errorCodes.configUnsupported, 'Change the configuration: this QEMU or host does not support it.'],
  [errorCodes.operationTimeout, 'Try again later: something else keeps the guest busy.'],
  [errorCodes.argumentUnsupported, 'Leave the option away: this hypervisor does not support it.'],
  [
    errorCodes.authCancelled,
    'Run as root or as a member of the group libvirt: polkit had nobody to ask for a password.',
  ],
  [errorCodes.operationUnsupported, 'This hypervisor or host cannot do it.'],
  [errorCodes.agentUnresponsive, 'Check that the guest agent runs inside the guest.'],
  [errorCodes.accessDenied, 'Run as a user whom the access rules of libvirt allow this.'],
  [errorCodes.invalidSchema, 'Correct the XML: the message says what the schema does not allow.'],
  [errorCodes.authUnavailable, 'Start polkit on the host, or run as root.'],
]);
