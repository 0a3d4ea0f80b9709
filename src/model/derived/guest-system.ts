import type { Guest } from '#model/guest';
import { type Known, mapKnown } from '#model/known';

/** Kinds of operating system, as far as devices and clocks go. */
export type GuestSystem = 'windows' | 'linux' | 'other';

const linux =
  /\/\/(?:(?:[\w-]+\.)?(?:suse\.com|opensuse\.org|redhat\.com|fedoraproject\.org|centos\.org|debian\.org|ubuntu\.com|almalinux\.org|rockylinux\.org|archlinux\.org|alpinelinux\.org|gentoo\.org|cirros-cloud\.net|scientificlinux\.org|mageia\.org|slackware\.com|libosinfo\.org\/linux|amazon\.com|eurolinux\.com|voidlinux\.org|guix\.gnu\.org|nixos\.org|altlinux\.org|endlessos\.com|pop-os\.com|deepin\.org)|oracle\.com\/ol)/;

/** Gives the kind of a guest's system from its libosinfo id, else from what the guest itself says; absent where neither tells. */
export function guestSystem({ osId, inside }: Guest): Known<GuestSystem> {
  if (osId.state !== 'absent' || inside.system.state !== 'known') return mapKnown(osId, systemOf);
  return mapKnown(inside.system, family => (family === 'linux' || family === 'windows' ? family : 'other'));
}

const systemOf = (id: string): GuestSystem =>
  id.includes('//microsoft.com/win') ? 'windows' : linux.test(id) ? 'linux' : 'other';
