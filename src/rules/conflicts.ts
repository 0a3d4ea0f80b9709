import type { Conflict } from '#check/conflict';
import { conflictsOfCpus } from '#rules/conflicts-of-cpus';
import { conflictsOfDevices } from '#rules/conflicts-of-devices';
import { conflictsOfHugePages } from '#rules/conflicts-of-huge-pages';
import { conflictsOfKsm } from '#rules/conflicts-of-ksm';
import { conflictsOfMemory } from '#rules/conflicts-of-memory';
import { conflictsOfStorage } from '#rules/conflicts-of-storage';

/**
 * Practices that do not go together, by pair: 1 to 26 are the conflicts between recommendations of the guide, later ones rules of which
 * one does what the other asks for. A pair may have several entries: of several rules, or of a practice with more than one opposite.
 */
export const conflicts: readonly Conflict[] = [
  ...conflictsOfMemory,
  ...conflictsOfHugePages,
  ...conflictsOfKsm,
  ...conflictsOfCpus,
  ...conflictsOfStorage,
  ...conflictsOfDevices,
];
