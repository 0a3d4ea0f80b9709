import { fileFact } from '#collect/file-facts';
import type { Reading, ReadingsOf } from '#collect/reading';
import { parsePressure } from '#formats/proc/pressure';
import type { Pressure, Stall } from '#model/kernel';

const pressureOf = (resource: 'cpu' | 'memory' | 'io'): Reading<Stall> => ({
  says: `share of time in which tasks waited for ${resource}`,
  ways: [{ file: `/proc/pressure/${resource}` }],
  read: sources => fileFact(sources, `/proc/pressure/${resource}`, parsePressure),
});

/** Pressure stall information; absent where the kernel has it off. */
export const pressure: ReadingsOf<Pressure> = {
  cpu: pressureOf('cpu'),
  memory: pressureOf('memory'),
  io: pressureOf('io'),
};
