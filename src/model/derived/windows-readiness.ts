import type { DiskBus, Readiness } from '#model/readiness';

/** The driver of virtio-win that Windows needs for a device. */
const drivers: Readonly<Record<DiskBus | 'virtio-net', string>> = {
  'virtio-blk': 'viostor',
  'virtio-scsi': 'vioscsi',
  'virtio-net': 'netkvm',
};

/** Says of a Windows guest why it is not known whether it comes up with virtio, and how a person makes sure of it before switching. */
export const windowsReadiness = (buses: readonly DiskBus[]): readonly Readiness[] =>
  [...buses, 'virtio-net' as const].map(target => {
    const driver = drivers[target];
    return {
      target,
      verdict: 'unknown',
      against: [],
      proof: [],
      unread: [
        {
          what: `whether Windows has ${driver}`,
          why: 'its registry, which says so, stands in NTFS, which is not read here',
        },
      ],
      conditions: [],
      remarks: [
        {
          says: `with the drivers of virtio-win in it, Windows has ${driver}`,
          at: `in the guest: sc.exe query ${driver}`,
          doThis:
            target === 'virtio-net'
              ? 'install virtio-win-guest-tools in the guest, then switch the card; note its IP settings, which Windows keeps by card'
              : `install virtio-win-guest-tools in the guest, add a small second disk on ${target} and start it once, so that Windows binds ${driver} and starts it at boot; then switch the others`,
        },
      ],
    };
  });
