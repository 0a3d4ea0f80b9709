import { fileFact, lackOf } from '#collect/file-facts';
import type { Reading, ReadingsOf } from '#collect/reading';
import { parseModules } from '#formats/proc/modules';
import { parsePartitions } from '#formats/proc/partitions';
import { parseChoice } from '#formats/sys/bracketed-choice';
import { parseVirtioEvent } from '#formats/sys/virtio-event';
import { volumeGroupOf } from '#model/derived/volume-group';
import type { GuestInside, InsideDisk, InsideRandomness, VirtioDevice, VolumeGroup } from '#model/guest-inside';
import { allKnown, chainKnown, known, mapKnown, unknown } from '#model/known';

const partitions = '/proc/partitions';

const disks: Reading<readonly InsideDisk[]> = {
  says: 'its disks and their I/O schedulers',
  ways: [{ file: partitions }, { file: '/sys/block/*/queue/scheduler' }, { file: '/sys/block/*/device/vendor' }],
  read: sources =>
    chainKnown(fileFact(sources, partitions, parsePartitions), ({ disks: names }) => {
      const found: InsideDisk[] = [];
      const told: string[] = [];
      const looks = names.map(name => ({
        name,
        text: sources.files.read(`/sys/block/${name}/queue/scheduler`),
        vendor: sources.files.read(`/sys/block/${name}/device/vendor`),
      }));
      for (const { name, text, vendor } of looks) {
        const path = `/sys/block/${name}/queue/scheduler`;
        if (text.outcome === 'denied' || text.outcome === 'not-captured') return lackOf(text, path);
        const choice = text.outcome === 'ok' ? parseChoice(text.value) : undefined;
        // a disk without a queue of its own shows the bare word
        const bare = text.outcome === 'ok' && text.value.trim() === 'none' ? 'none' : undefined;
        if (text.outcome === 'ok' && choice === undefined && bare === undefined)
          return unknown(`${path} was not understood`);
        found.push({
          name,
          scheduler: choice?.chosen ?? bare,
          offered: choice?.offered ?? [],
          vendor: vendor.outcome === 'ok' ? vendor.value.trim().slice(0, 16) : undefined,
        });
        told.push(`${name} ${text.outcome === 'ok' ? text.value.trim().slice(0, 80) : 'none shown'}`);
      }
      return known(found, { from: '/sys/block/*/queue/scheduler', value: told.join(', ') || 'no disk' });
    }),
};

const volumeGroups: Reading<readonly VolumeGroup[]> = {
  says: 'its volume groups of LVM, as far as a logical volume of theirs is active',
  ways: [{ file: partitions }, { file: '/sys/block/*/dm/name' }, { file: '/sys/block/*/dm/uuid' }],
  read: sources =>
    chainKnown(fileFact(sources, partitions, parsePartitions), ({ maps }) => {
      const groups = new Map<string, VolumeGroup>();
      const looks = maps.map(map => ({
        map,
        name: sources.files.read(`/sys/block/${map}/dm/name`),
        uuid: sources.files.read(`/sys/block/${map}/dm/uuid`),
      }));
      for (const { map, name, uuid } of looks) {
        if (name.outcome === 'denied' || name.outcome === 'not-captured')
          return lackOf(name, `/sys/block/${map}/dm/name`);
        if (uuid.outcome === 'denied' || uuid.outcome === 'not-captured')
          return lackOf(uuid, `/sys/block/${map}/dm/uuid`);
        if (name.outcome !== 'ok' || uuid.outcome !== 'ok') continue;
        const group = volumeGroupOf(name.value, uuid.value);
        if (group !== undefined) groups.set(group.uuid, group);
      }
      const words = [...groups.values()].map(group => group.name).join(', ') || 'none';
      return known([...groups.values()], { from: '/sys/block/dm-*/dm', value: words });
    }),
};

const bus = '/sys/bus/virtio/devices';
/** The bus is looked through by number, as folders cannot be listed through an agent: so many at a time, and at most so many. */
const atOnce = 8;
const most = 128;

const virtioDevices: Reading<readonly VirtioDevice[]> = {
  says: 'its virtio devices and the driver of each',
  ways: [{ file: `${bus}/*/uevent` }],
  read(sources) {
    const found: VirtioDevice[] = [];
    for (let first = 0; first < most; first += atOnce) {
      const looks = [...Array(atOnce).keys()].map(at => {
        const name = `virtio${first + at}`;
        return { name, text: sources.files.read(`${bus}/${name}/uevent`) };
      });
      for (const { name, text } of looks) {
        if (text.outcome === 'denied' || text.outcome === 'not-captured') return lackOf(text, `${bus}/${name}/uevent`);
        const event = text.outcome === 'ok' ? parseVirtioEvent(text.value) : undefined;
        if (text.outcome === 'ok' && event === undefined) return unknown(`${bus}/${name}/uevent was not understood`);
        if (event !== undefined) found.push({ name, ...event });
      }
      if (looks.every(({ text }) => text.outcome === 'absent')) break;
    }
    const words = found.map(({ name, driver }) => `${name} ${driver ?? 'without driver'}`);
    return known(found, { from: `${bus}/*/uevent`, value: words.join(', ') || 'no device' });
  },
};

const generators = '/sys/devices/virtual/misc/hw_random';

const randomness: Reading<InsideRandomness> = {
  says: 'its hardware random number generators',
  ways: [{ file: `${generators}/rng_available` }, { file: `${generators}/rng_current` }],
  read: sources =>
    mapKnown(
      allKnown({
        available: fileFact(sources, `${generators}/rng_available`, text =>
          text.split(/\s+/).filter(word => word !== ''),
        ),
        current: fileFact(sources, `${generators}/rng_current`, text => text.trim() || 'none'),
      }),
      values => values,
    ),
};

/** What devices the guest sees and drives. */
export const devicesInside: ReadingsOf<
  Pick<GuestInside, 'disks' | 'volumeGroups' | 'virtioDevices' | 'modules' | 'randomness'>
> = {
  disks,
  volumeGroups,
  virtioDevices,
  modules: {
    says: 'its loaded modules',
    ways: [{ file: '/proc/modules' }],
    read: sources => fileFact(sources, '/proc/modules', parseModules),
  },
  randomness,
};
