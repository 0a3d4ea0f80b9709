// Written by tools/gen/rules-index.mjs from the files in src/rules. To change it: npm run gen.
import type { Rule } from '#check/define-rule';
import guestMemoryHugepagesVsBalloon from '#rules/guest-memory/hugepages-vs-balloon';
import guestNetVirtioModel from '#rules/guest-net/virtio-model';
import hostMemoryKsmSleep from '#rules/host-memory/ksm-sleep';

/** Every rule, by path. */
export const rules: readonly Rule[] = [
  guestMemoryHugepagesVsBalloon,
  guestNetVirtioModel,
  hostMemoryKsmSleep,
];
