import { procedures } from '#formats/libvirt-rpc/procedures';
import { authTypes } from '#formats/libvirt-rpc/procedures/connection';
import { AuthError } from '#libvirt/auth-error';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';

/**
 * Does what the daemon wants before the first call: nothing, or a word with polkit, which the daemon has itself. Rejects with AuthError
 * where that does not suffice, and as calls do.
 */
export async function authenticate(channel: RpcChannel, options: CallOptions): Promise<void> {
  const { types } = await channel.call(procedures.authList, undefined, options);
  if (types.length === 0 || types.includes(authTypes.none)) return;
  if (types.includes(authTypes.polkit)) return await askPolkit(channel, options);
  if (types.includes(authTypes.sasl)) {
    throw new AuthError(
      'sasl-required',
      'the libvirt daemon wants a name and a password (SASL), which this client does not send',
      'Use the local socket of the daemon as root or as a member of the group libvirt; or set auth_unix_rw = "polkit" in libvirtd.conf.',
    );
  }
  throw new AuthError(
    'unknown-method',
    `the libvirt daemon offers only ways to log in that this client does not know (${types.join(', ')})`,
    'Run as root.',
  );
}

async function askPolkit(channel: RpcChannel, options: CallOptions): Promise<void> {
  const doThis =
    'Run as root or as a member of the group libvirt, or allow the action org.libvirt.unix.manage (read-only: monitor) in polkit.';
  try {
    const { complete } = await channel.call(procedures.authPolkit, undefined, options);
    if (complete) return;
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    throw new AuthError('polkit-refused', `polkit does not allow the use of libvirt: ${error.message}`, doThis, error);
  }
  throw new AuthError('polkit-refused', 'polkit does not allow the use of libvirt', doThis);
}
