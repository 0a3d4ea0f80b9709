// Generated from the files in src/rules by tools/gen.mjs. Do not edit.
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
