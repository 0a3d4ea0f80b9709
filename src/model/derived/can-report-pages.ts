import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { valueIfKnown } from '#model/known';
import { isInRange } from '#units/version';

/**
 * Whether a balloon of this guest could report free pages, as far as is known: libvirt 6.9 and QEMU 5.1 have the setting, Linux 5.7 in the guest
 * makes use of it.
 */
export function canReportPages({ qemu, libvirt }: Host, { inside }: Guest): boolean {
  const [ofQemu, ofLibvirt, kernel] = [valueIfKnown(qemu), valueIfKnown(libvirt.version), valueIfKnown(inside.kernel)];
  return (
    ofQemu !== undefined &&
    isInRange(ofQemu, '>=5.1') &&
    ofLibvirt !== undefined &&
    isInRange(ofLibvirt, '>=6.9') &&
    (kernel === undefined || !isInRange(kernel, '<5.7'))
  );
}
