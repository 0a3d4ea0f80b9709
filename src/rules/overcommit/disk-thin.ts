import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { thinClaims } from '#model/derived/thin-claims';
import { bytes, gib, printBytes } from '#units/bytes';

const disk = (at: number): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/thin${at}.qcow2'/><target dev='vda' bus='virtio'/></disk></devices>`;
const thin = (
  at: number,
  virtualGib: number,
  allocatedGib: number,
): { xml: string; stats: Readonly<Record<string, number | string>> } => ({
  xml: disk(at),
  stats: {
    'block.0.path': `/var/lib/libvirt/images/thin${at}.qcow2`,
    'block.0.capacity': gib(virtualGib),
    'block.0.allocation': gib(allocatedGib),
    'block.0.physical': gib(allocatedGib),
  },
});
const room = (sizeGib: number, freeGib: number): Readonly<Record<string, { size: number; free: number }>> => ({
  '/var/lib/libvirt/images': { size: gib(sizeGib), free: gib(freeGib) },
});

export default defineRule({
  id: 'overcommit/disk-thin',
  subject: 'host',
  guide: ['4'],
  severity: 'warning',
  says: 'Thin images can grow to their full size.',
  because:
    'A guest whose image finds no room is paused with ENOSPC in the midst of its work, and all guests on that file system at once.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4: the host must be able to provide all requested resources',
    },
    { grade: 'documented', at: 'QEMU: -drive werror, default enospc: the guest is paused' },
  ],
  intents: { density: { level: 'neutral', want: 'overcommitted storage with monitoring' } },
  params: { full: { default: 0.9, unit: 'of the file system', why: 'fuller than this is an error' } },
  costs: ['Disk space that guests may never use.'],
  needs: { claims: ({ host, guests }) => thinClaims(host, guests) },
  check({ claims }, { params }) {
    if (claims.length === 0) return notApplicable('no guest has a writable image file');
    const over = claims.filter(({ growth, fileSystem }) => growth > fileSystem.free);
    const full = claims.filter(
      ({ fileSystem }) => fileSystem.size > 0 && fileSystem.free < (1 - params.full) * fileSystem.size,
    );
    const places = [...new Set([...full, ...over])];
    if (places.length === 0) {
      const unread = claims.find(claim => claim.unknownImages > 0);
      return unread === undefined
        ? good
        : undecided(unread.missing?.reason ?? 'sizes of images were not read', unread.missing?.remedy);
    }
    const [worst] = places;
    const wanted = places.reduce((sum, { growth, fileSystem }) => sum + Math.max(0, growth - fileSystem.free), 0);
    return bad(
      places.length === 1 && worst !== undefined
        ? `images on ${worst.fileSystem.target} may grow by ${printBytes(worst.growth)}, ${printBytes(worst.fileSystem.free)} is free`
        : `images on ${places.length} file systems may grow by more than is free`,
      {
        severity: full.length > 0 ? 'error' : 'warning',
        ...(wanted > 0
          ? { wants: `${printBytes(bytes(wanted))} more room` }
          : { wants: `at least ${Math.round(100 - params.full * 100)} % free` }),
        parts: places.map(({ fileSystem, growth, images }) => ({
          key: fileSystem.target,
          saw: `${images.length} ${images.length === 1 ? 'image' : 'images'} may grow by ${printBytes(growth)}; ${printBytes(fileSystem.free)} of ${printBytes(fileSystem.size)} free`,
        })),
        otherwise:
          'Enlarge the file system, move images, or give back what guests freed: discard=unmap on the disks and fstrim in the guests.',
      },
    );
  },
  examples: [
    {
      name: 'two thin images of 100 GiB where 130 GiB are free',
      guest: thin(1, 100, 10),
      others: [thin(2, 100, 10)],
      rooms: room(150, 130),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'one', guest: thin(1, 100, 20), rooms: room(150, 130), expect: 'good' },
    {
      name: 'the file system is nearly full',
      guest: thin(1, 20, 19),
      rooms: room(1000, 50),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'on a block device',
      guest:
        "<devices><disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/lv'/><target dev='vda' bus='virtio'/></disk></devices>",
      expect: 'not-applicable',
    },
    { name: 'sizes not read', guest: { xml: disk(1), isRunning: false }, expect: 'unknown' },
  ],
});
