import type { Target } from '#apply/target';
import type { Change } from '#change/change';
import { kindOf } from '#change/kind-of';
import type { Observed } from '#change/observed';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import { LibvirtError } from '#libvirt/libvirt-error';

/** Daemons that read libvirt's configuration when they start. */
const daemons = [
  'libvirtd',
  'virtqemud',
  'virtxend',
  'virtproxyd',
  'virtnetworkd',
  'virtstoraged',
  'virtlogd',
  'virtlockd',
];

/**
 * Which run of what must be started anew for a change to come into force: the id of its guest (`off` where it does not run), the
 * invocations of the daemons; for what lasts as long as its guest runs, which run that is. What is put down when the change is made differs as soon as it was started anew. Undefined: nothing must be,
 * or it is the host, whose boot each record names anyway.
 */
export async function lifeOf(target: Target, change: Change, seen: Observed): Promise<string | undefined> {
  if (change.lasts === 'guest-run') return guestLife(target, guestsOf(change, seen));
  switch (change.takesEffect) {
    case 'guest-power-cycle':
      return guestLife(target, guestsOf(change, seen));
    case 'daemon-restart':
      return daemons
        .map(name => {
          const link = target.files.link(`/run/systemd/units/invocation:${name}.service`);
          return link.outcome === 'ok' ? link.value : '';
        })
        .join(' ')
        .trim();
    default:
      return undefined;
  }
}

/** The guests that a change looks at, by name. */
export const guestsOf = (change: Change, seen: Observed): readonly string[] => [
  ...new Set(
    kindOf(change)
      .looks(change, seen)
      .flatMap(look => (look.look === 'guest' ? [look.guest] : [])),
  ),
];

async function guestLife({ libvirt }: Target, guests: readonly string[]): Promise<string | undefined> {
  if (libvirt === undefined) return undefined;
  const ids: string[] = [];
  for (const guest of guests) {
    try {
      const domain = await libvirt.domainByName(guest);
      ids.push((await libvirt.isActive(domain)) ? String(domain.id) : 'off');
    } catch (error) {
      if (!(error instanceof LibvirtError && error.code === errorCodes.noDomain)) throw error;
      ids.push('off');
    }
  }
  return ids.join(' ');
}
