import { guestBoot } from './guest-boot.js';
import { guestCpu } from './guest-cpu.js';
import { guestDevices } from './guest-devices.js';
import { guestDisk } from './guest-disk.js';
import { guestMemory } from './guest-memory.js';
import type { Planted } from './planted.js';
import { theRest } from './the-rest.js';

/** Every fault that is planted. */
export const table: readonly Planted[] = [
  ...guestBoot,
  ...guestCpu,
  ...guestDevices,
  ...guestDisk,
  ...guestMemory,
  ...theRest,
];
