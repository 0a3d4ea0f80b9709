import type { Damage } from '#formats/disk/image-check';

/** The faults that are told one by one; the counts tell of all. */
const mostTold = 1000;

/** A list of faults that does not grow without end. */
export interface DamageList {
  readonly told: readonly Damage[];
  readonly add: (damage: Damage) => void;
}

/** Gives an empty list, which keeps the first 1,000 faults. */
export function damageList(): DamageList {
  const told: Damage[] = [];
  return {
    told,
    add(damage) {
      if (told.length < mostTold) told.push(damage);
    },
  };
}
