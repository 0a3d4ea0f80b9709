import type { OpenGuest } from '#formats/guest-disk/open-guest';
import type { GuestBoot } from '#model/guest-boot';
import type { Readiness } from '#model/readiness';

/** Whether a guest would come up with virtio, as JSON. */
export function readinessJson(
  images: readonly string[],
  { parts, remarks }: Pick<OpenGuest, 'parts' | 'remarks'>,
  boot: GuestBoot,
  judged: readonly Readiness[],
): unknown {
  return {
    images,
    system: boot.system,
    fileSystems: parts,
    remarks,
    nextKernel: boot.nextKernel,
    kernels: boot.kernels.map(({ version, initrd }) => ({ version, initrd: initrd?.path })),
    readiness: judged,
  };
}
