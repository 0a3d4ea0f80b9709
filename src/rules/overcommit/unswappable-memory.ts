import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { committedGuests } from '#model/derived/committed-guests';
import { guestCapacity } from '#model/derived/guest-capacity';
import { guestOverhead } from '#model/derived/guest-overhead';
import { hostReserve } from '#model/derived/host-reserve';
import { normalMemory } from '#model/derived/normal-memory';
import { pinnedMemory } from '#model/derived/pinned-memory';
import { allKnown, chainKnown, mapKnown, sumKnown } from '#model/known';
import { bytes, lessBytes, printBytes } from '#units/bytes';

const locked = (gib: number): string => `<memory unit='GiB'>${gib}</memory><memoryBacking><locked/></memoryBacking>`;

export default defineRule({
  id: 'overcommit/unswappable-memory',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'error',
  says: 'Memory that cannot be swapped fits into the host beside its own.',
  because:
    'Huge pages, locked memory, and all memory of a guest with a passed-through device stay where they are: the kernel can reclaim none of it.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: huge pages cannot be swapped' },
    { grade: 'documented', at: 'linux: driver-api/vfio.rst, type1 IOMMU pins the memory of the guest' },
    { grade: 'documented', at: 'libvirt: formatdomain, memoryBacking/locked' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    tight: { default: 0.8, unit: 'of the memory beside the reserve', why: 'above it other guests are looked at' },
  },
  costs: ['Guests get less memory, or move to another host.'],
  departs: [
    {
      guideSays: 'Only huge pages are named.',
      truth: 'VFIO pins all memory of a guest, and so do SEV and <locked/>.',
      source: 'linux: driver-api/vfio.rst',
      errata: ['X56'],
      guideSame: 'the guide does not say what counts; pinned memory is counted either way',
    },
  ],
  needs: {
    total: ({ host }) => host.memory.total,
    reserve: ({ host }) => hostReserve(host.memory),
    capacity: ({ host }) => guestCapacity(host),
    pinned: ({ host, guests }) =>
      chainKnown(committedGuests(guests), all => sumKnown(all, ({ config }) => pinnedMemory(config, host.memory))),
    overhead: ({ guests }) =>
      chainKnown(committedGuests(guests), all => sumKnown(all, ({ config }) => guestOverhead(config))),
    normal: ({ host, guests }) =>
      chainKnown(committedGuests(guests), all =>
        sumKnown(all, ({ config }) =>
          mapKnown(
            allKnown({ own: normalMemory(config, host.memory), pinned: pinnedMemory(config, host.memory) }),
            ({ own, pinned }) => (pinned > 0 ? 0 : own),
          ),
        ),
      ),
  },
  check({ total, reserve, pinned, overhead, normal }, { params }) {
    const room = lessBytes(total, reserve);
    const taken = pinned.sum + overhead.sum;
    const left = room - taken;
    const found = {
      wants: `at most ${printBytes(room)} (${printBytes(total)} less ${printBytes(reserve)} for the host)`,
      otherwise:
        'Lower the memory of these guests, give up huge pages or locking for some, or move some to another host.',
    };
    if (pinned.sum > 0 && taken > room) {
      return bad(`${printBytes(bytes(taken))} of memory cannot be swapped`, {
        ...found,
        so: 'the kernel has nothing left to reclaim and kills processes',
      });
    }
    if (pinned.known < pinned.of)
      return undecided(
        `the memory of ${pinned.of - pinned.known} of ${pinned.of} committed guests is unknown`,
        pinned.missing?.remedy,
      );
    if (pinned.sum === 0 || taken <= params.tight * room) return good;
    if (normal.sum > left) {
      return bad(
        `${printBytes(bytes(taken))} cannot be swapped and leaves ${printBytes(bytes(Math.max(0, left)))} for ${printBytes(bytes(normal.sum))} of other guests`,
        { ...found, severity: 'warning' },
      );
    }
    return bad(
      `${printBytes(bytes(taken))} of memory cannot be swapped, ${Math.round((100 * taken) / room)} % of what there is`,
      { ...found, severity: 'info' },
    );
  },
  examples: [
    {
      name: 'two guests of 32 GiB, locked, on 64 GiB',
      guest: locked(32),
      others: [locked(32)],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'one', guest: locked(32), expect: 'good' },
    {
      name: 'little is left for the others',
      guest: locked(50),
      others: ["<memory unit='GiB'>16</memory>"],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'a host for one large guest', guest: locked(54), expect: 'bad', severity: 'info' },
    {
      name: 'a passed-through device pins all memory',
      guest:
        "<memory unit='GiB'>61</memory><devices><hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source></hostdev></devices>",
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'a host smaller than what it is to keep for itself, with nothing locked',
      guest: "<memory unit='MiB'>256</memory>",
      files: {
        '/proc/meminfo': 'MemTotal: 1048576 kB\nMemAvailable: 524288 kB\nHugepagesize: 2048 kB\nHugetlb: 0 kB\n',
      },
      expect: 'good',
    },
    { name: 'a guest that cannot be read', others: ['<memory>much</memory>'], expect: 'unknown' },
  ],
});
