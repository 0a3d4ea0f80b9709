import { fileFact } from '#collect/file-facts';
import { devicesInside } from '#collect/inside/inside-devices';
import { systemInside } from '#collect/inside/inside-system';
import { unitsInside } from '#collect/inside/inside-units';
import { windowsInside } from '#collect/inside/inside-windows';
import type { Reading, ReadingsOf } from '#collect/reading';
import { parseFstab } from '#formats/conf/fstab';
import { parseSwaps } from '#formats/proc/swaps';
import { parseChoice } from '#formats/sys/bracketed-choice';
import { parseCpuList } from '#formats/sys/cpu-list';
import type { GuestInside, InsideClock } from '#model/guest-inside';
import { allKnown } from '#model/known';

const clocks = '/sys/devices/system/clocksource/clocksource0';
const cpus = '/sys/devices/system/cpu';

const clocksource: Reading<InsideClock> = {
  says: 'the clock that it tells the time by',
  ways: [{ file: `${clocks}/current_clocksource` }, { file: `${clocks}/available_clocksource` }],
  read: sources =>
    allKnown({
      current: fileFact(sources, `${clocks}/current_clocksource`, text => text.trim() || undefined),
      available: fileFact(sources, `${clocks}/available_clocksource`, text => text.trim().split(/\s+/, 32)),
    }),
};

/** Every reading from inside a guest, in the shape of the model; the sources are those of the guest, not of the host. */
export const insideReadings: ReadingsOf<GuestInside> = {
  ...systemInside,
  thp: {
    says: 'when transparent huge pages are used in it',
    ways: [{ file: '/sys/kernel/mm/transparent_hugepage/enabled' }],
    read: sources =>
      fileFact(sources, '/sys/kernel/mm/transparent_hugepage/enabled', text => parseChoice(text)?.chosen),
  },
  clocksource,
  ...devicesInside,
  swaps: {
    says: 'its active swap areas',
    ways: [{ file: '/proc/swaps' }],
    read: sources => fileFact(sources, '/proc/swaps', text => parseSwaps(text)?.map(({ path }) => path)),
  },
  fstab: {
    says: 'its table of file systems',
    ways: [{ file: '/etc/fstab' }],
    read: sources => fileFact(sources, '/etc/fstab', parseFstab),
  },
  cpus: {
    says: 'its CPUs',
    ways: [{ file: `${cpus}/present` }, { file: `${cpus}/online` }],
    read: sources =>
      allKnown({
        present: fileFact(sources, `${cpus}/present`, parseCpuList),
        online: fileFact(sources, `${cpus}/online`, parseCpuList),
      }),
  },
  ...unitsInside,
  ...windowsInside,
};
