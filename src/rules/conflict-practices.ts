import type { Practice } from '#check/conflict';

/** Asked for beside other practices on memory and beside KSM. */
export const hugePages: Practice = {
  is: 'huge pages under the guest',
  rules: ['guest-memory/hugepages-wanted'],
  gains: 'short page walks and memory that is never swapped, split or moved',
};
/** Asked for beside other practices on memory and beside KSM. */
export const ksmOn: Practice = {
  is: 'KSM merging equal pages of guests',
  rules: ['host-memory/ksm-on-homogeneous'],
  gains: 'equal pages of guests kept once, for more guests on the host',
};
/** Asked for beside other practices on memory and beside KSM. */
export const optOut: Practice = {
  is: 'nosharepages for single guests',
  rules: ['guest-memory/nosharepages-mixed'],
  gains: 'KSM goes on saving memory on the other guests',
};
