import type { Guest } from '#model/guest';
import { type Known, known } from '#model/known';

/** Gives the names of guests that have shares of disk time (blkiotune/weight, or of single devices). A guest whose share cannot be read counts as having none. */
export const guestsWithWeights = (guests: Known<readonly Guest[]>): Known<ReadonlySet<string>> => {
  if (guests.state !== 'known') return guests;
  const names = guests.value.flatMap(({ name, config: { blockWeights } }) => {
    if (blockWeights.state !== 'known') return [];
    const { weight, devices } = blockWeights.value;
    return weight === undefined && devices.length === 0 ? [] : [name];
  });
  return known(new Set(names));
};
