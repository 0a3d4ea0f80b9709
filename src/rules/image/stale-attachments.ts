import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { type Attachment, attachments } from '#model/derived/attachments';
import { isRunning } from '#model/derived/committed-guests';
import { ifKnown, valueIfKnown } from '#model/known';

const loop = (file: string, more: Readonly<Record<string, string>> = {}) => ({
  '/sys/block/loop1/dev': '7:1',
  '/sys/block/loop1/size': '41943040',
  '/sys/block/loop1/loop/backing_file': file,
  ...more,
});
const map = (uuid: string) => ({
  '/sys/block/dm-0/dev': '254:0',
  '/sys/block/dm-0/size': '41943040',
  '/sys/block/dm-0/dm/name': 'loop1p1',
  '/sys/block/dm-0/dm/uuid': uuid,
  '/sys/block/dm-0/slaves/loop1': '',
});

/** The commands that take it away, in the order in which the kernel allows it: what lies above first. */
function detach({ device, above }: Attachment): string {
  const groups = above.flatMap(({ mapName, mapUuid }) =>
    mapUuid?.startsWith('LVM-') && mapName !== undefined ? [mapName.replace(/(?<!-)-(?!-).*$/, '')] : [],
  );
  const hasMaps = above.some(({ mapUuid }) => mapUuid?.startsWith('part') === true);
  return [
    ...[...new Set(groups)].map(group => `vgchange -an ${group.replaceAll('--', '-')}`),
    ...(hasMaps ? [`kpartx -d /dev/${device.name}`] : []),
    `${device.kind === 'nbd' ? 'qemu-nbd' : 'losetup'} -d /dev/${device.name}`,
  ].join('; ');
}

export default defineRule({
  id: 'image/stale-attachments',
  subject: 'host',
  guide: ['5.3.1', '5.3.2', '5.3.3'],
  severity: 'hint',
  says: 'No image stays attached to the host after the work on it.',
  because:
    'A loop or nbd device holds the image open: a deleted file keeps its room, volume groups of the guest stay visible to the host, and the next start of the guest has a second writer.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.3.1 to 5.3.3: umount, kpartx -d, losetup -d' },
    { grade: 'documented', at: 'losetup(8), -d; kpartx(8); lvm: vgchange(8), -an; qemu-nbd(8), -d' },
  ],
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'kpartx -d, vgchange -an, then losetup -d or qemu-nbd -d.',
      truth: 'Volume groups go first: kpartx cannot delete a map that an active volume stands on.',
      source: 'linux: admin-guide/device-mapper: a map in use cannot be removed',
      errata: ['X70'],
      guideSame: 'that nothing stays attached is wanted either way',
    },
  ],
  needs: {
    attached: ({ host, guests }) => attachments(host, guests),
    swaps: ({ host }) => ifKnown(host.memory.swaps),
  },
  check({ attached, swaps = [] }) {
    const stale = attached.filter(
      ({ device, mounts, above, guests }) =>
        (device.kind === 'loop' || device.kind === 'nbd') &&
        mounts.length === 0 &&
        // what runs on it is a matter of image/in-use-while-attached
        !guests.some(guest => valueIfKnown(isRunning(guest)) === true) &&
        !swaps.some(({ path }) => path.startsWith(`/dev/${device.name}`)) &&
        above.every(({ mapUuid }) => /^(?:part|LVM-)/.test(mapUuid ?? '')),
    );
    const [first] = stale;
    if (first === undefined) return good;
    const gone = stale.find(({ device }) => device.isBackingDeleted);
    const shown = gone ?? first;
    return bad(
      `${shown.image} is attached as ${shown.device.name}${gone === undefined ? '' : ' and was deleted'}, and nothing of it is mounted${stale.length === 1 ? '' : `; so are ${stale.length - 1} more`}`,
      {
        severity: gone === undefined ? 'hint' : 'warning',
        wants: 'detached',
        ...(gone === undefined ? {} : { so: 'its room is not given back' }),
        parts: stale.map(({ device, image }) => ({
          key: device.name,
          saw: `${device.name}: ${image}${device.isBackingDeleted ? ' (deleted)' : ''}`,
          evidence: [{ from: `/sys/block/${device.name}`, value: image }],
        })),
        otherwise: `If nobody works on it: ${stale.map(detach).join('; ')}.`,
      },
    );
  },
  examples: [
    { name: 'deleted', files: loop('/tmp/g.raw (deleted)'), expect: 'bad', severity: 'warning' },
    { name: 'left over', files: loop('/tmp/g.raw'), expect: 'bad', severity: 'hint' },
    { name: 'with maps of kpartx', files: loop('/tmp/g.raw', map('part1-x')), expect: 'bad', severity: 'hint' },
    { name: 'with a volume of LVM', files: loop('/tmp/g.raw', map('LVM-x')), expect: 'bad', severity: 'hint' },
    { name: 'below an encrypted map', files: loop('/srv/x', map('CRYPT-LUKS2-x')), expect: 'good' },
    {
      name: 'mounted',
      files: {
        ...loop('/snap/core'),
        '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\n/dev/loop1 /snap/core squashfs ro 0 0',
      },
      expect: 'good',
    },
    { name: 'none', expect: 'good' },
    { name: 'devices not readable', files: { '/sys/block': 'denied' }, expect: 'unknown' },
  ],
});
