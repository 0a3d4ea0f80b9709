import type { Damage } from '#formats/disk/image-check';

/** The faults that are told one by one; the counts tell of all. */
const mostTold = 1000;

/** A list of faults that does not grow without end. */
export interface DamageList {
  readonly told: readonly Damage[];
  readonly add: (damage: Damage) => void;
  /** Whether nothing more is told. */
  readonly isFull: () => boolean;
  /** The same for a table of which every entry may be damaged: what is not told is not put into words. */
  readonly addLater: (damage: () => Damage) => void;
}

/** Gives an empty list, which keeps the first 1,000 faults. */
export function damageList(): DamageList {
  const told: Damage[] = [];
  return {
    told,
    isFull: () => told.length >= mostTold,
    add(damage) {
      if (told.length < mostTold) told.push(damage);
    },
    addLater(damage) {
      if (told.length < mostTold) told.push(damage());
    },
  };
}
