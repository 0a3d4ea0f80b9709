import { folderNames, textIfThere } from '#collect/file-facts';
import { blockDeviceKind } from '#collect/host/block-device-kind';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseChoice } from '#formats/sys/bracketed-choice';
import { parseWhole } from '#formats/sys/whole-number';
import { parseUdevDatabase } from '#formats/udev-database';
import type { BlockDevice } from '#model/block-device';
import { type Known, known } from '#model/known';
import { bytes } from '#units/bytes';

/** Sectors of /sys/block/NAME/size are of 512 bytes whatever the disk (linux: Documentation/ABI/stable/sysfs-block). */
const sector = 512;

/** Whole disks and the devices stacked on them; loop, zram, nbd and the like only where something is in them, RAM disks and the hidden paths of NVMe multipath not at all. */
export const blockDevices: Reading<readonly BlockDevice[]> = {
  says: 'block devices, their schedulers and what they stand on',
  ways: [
    { file: '/sys/block/*' },
    { file: '/sys/block/*/*' },
    { file: '/sys/block/*/*/*' },
    { file: '/sys/devices/**' },
    { file: '/run/udev/data/*' },
    { file: '/proc/*/cmdline' },
  ],
  read(sources) {
    const names = folderNames(sources, '/sys/block');
    return names.state === 'known' ? devicesOf(sources, names.value) : names;
  },
};

function devicesOf(sources: Sources, names: readonly string[]): Known<readonly BlockDevice[]> {
  const devices = names.filter(name => !/^ram\d+$/.test(name)).flatMap(name => deviceOf(sources, name) ?? []);
  const value = devices
    .map(({ name, scheduler }) => (scheduler === undefined ? name : `${name} [${scheduler}]`))
    .join(', ');
  return known(devices, { from: '/sys/block', value: value.slice(0, 400) || 'no devices' });
}

function deviceOf(sources: Sources, name: string): BlockDevice | undefined {
  const path = `/sys/block/${name}`;
  const read = (file: string): string | undefined => textIfThere(sources, `${path}/${file}`);
  const number = (file: string): number | undefined => parseWhole(read(file) ?? '');
  const flag = (file: string): boolean | undefined => ({ '0': false, '1': true })[read(file) ?? ''];
  const list = (folder: string): readonly string[] | undefined => {
    const names = sources.files.list(folder === '' ? path : `${path}/${folder}`);
    return names.outcome === 'ok' ? names.value : undefined;
  };
  const sectors = number('size') ?? 0;
  if (flag('hidden') === true || (sectors === 0 && /^(?:loop|zram|nbd|fd|sr|drbd|rbd)\d+$/.test(name)))
    return undefined;
  const size = sectors * sector;
  const queues = list('mq')?.length;
  const choice = read('queue/scheduler');
  const schedulers = parseChoice(choice ?? '');
  const mapUuid = read('dm/uuid') || undefined;
  const devices = read('dev') ?? '';
  return {
    name,
    number: devices,
    size: bytes(Number.isSafeInteger(size) ? size : 0),
    isRotational: flag('queue/rotational'),
    scheduler: schedulers?.chosen,
    schedulers: schedulers?.offered ?? [],
    queues: queues === 0 ? undefined : queues,
    requests: number('queue/nr_requests'),
    slaves: list('slaves') ?? [],
    partitions: (list('') ?? [])
      .filter(each => each.startsWith(name))
      .flatMap(each => {
        const partition = read(`${each}/dev`);
        return partition === undefined ? [] : [{ name: each, number: partition }];
      }),
    kind: blockDeviceKind(sources, name, mapUuid),
    model: [read('device/vendor'), read('device/model')].filter(part => part).join(' ') || undefined,
    mapName: read('dm/name') || undefined,
    mapUuid,
    // “none” without brackets: bios pass through (linux: block/elevator.c, elv_iosched_show); newer kernels hide the file
    isRequestBased: schedulers !== undefined || queues ? true : choice === 'none' || list('queue') ? false : undefined,
    ...backingOf(sources, name, read),
    isRemovable: flag('removable'),
    zoned: read('queue/zoned'),
    node: nodeOf(sources, path),
    properties: propertiesOf(sources, devices),
  };
}

/**
 * The file behind a loop device (`loop/backing_file`, which ends in ` (deleted)` where it is gone), or behind one that qemu-nbd serves: of
 * the process in `pid` the last argument that is a path (qemu-nbd(8)).
 */
function backingOf(
  sources: Sources,
  name: string,
  read: (file: string) => string | undefined,
): Pick<BlockDevice, 'backingFile' | 'isBackingDeleted'> {
  const pid = name.startsWith('nbd') ? parseWhole(read('pid') ?? '') : undefined;
  const args = pid === undefined ? [] : (textIfThere(sources, `/proc/${pid}/cmdline`) ?? '').split('\0');
  const text = read('loop/backing_file') ?? args.findLast(arg => arg.startsWith('/') && !arg.startsWith('/dev/nbd'));
  const deleted = ' (deleted)';
  const isBackingDeleted = text?.endsWith(deleted) ?? false;
  return { backingFile: isBackingDeleted ? text?.slice(0, -deleted.length) : text || undefined, isBackingDeleted };
}

/** The node of the PCI device that the disk hangs on; −1 and no PCI device: not told. */
function nodeOf(sources: Sources, path: string): number | undefined {
  const link = sources.files.link(path);
  if (link.outcome !== 'ok') return parseWhole(textIfThere(sources, `${path}/device/numa_node`) ?? '');
  const parts = link.value.split('/').filter(part => part !== '..' && part !== '');
  const last = parts.findLastIndex(part => /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(part));
  if (last < 0 || parts[0] !== 'devices') return undefined;
  return parseWhole(textIfThere(sources, `/sys/${parts.slice(0, last + 1).join('/')}/numa_node`) ?? '');
}

/** What udev keeps of a device, as far as it describes the disk. */
function propertiesOf(sources: Sources, number: string): ReadonlyMap<string, string> {
  if (!/^\d+:\d+$/.test(number)) return new Map();
  const text = textIfThere(sources, `/run/udev/data/b${number}`);
  const all = parseUdevDatabase(text ?? '');
  return new Map([...all].filter(([name]) => /^(?:ID|DM)_/.test(name)).slice(0, 128));
}
