import { vcpuPlacement } from '#model/derived/vcpu-placement';
import type { Guest } from '#model/guest';
import { type Known, type Unknown, valueIfKnown } from '#model/known';

/** What the definition of a guest looks made for. */
export interface GuestShape {
  /** The likeliest end first. */
  readonly suggests: readonly ('latency' | 'database' | 'desktop' | 'density' | 'hpc' | 'migratable')[];
  /** What it has that guests of that kind have: `huge pages`, `pinned vCPUs`. */
  readonly signs: readonly string[];
}

/** Gives what a guest's definition looks made for; undefined where nothing in it stands out. One sign alone is none, but for a realtime scheduler. */
export function shapeOfGuest({ config }: Guest): GuestShape | undefined {
  const backing = valueIfKnown(config.memoryBacking);
  const tune = valueIfKnown(config.cputune);
  const placement = valueIfKnown(vcpuPlacement(config));
  const hugePages = backing?.hugepages !== undefined;
  const strict = valueIfKnown(config.numatune)?.memory?.mode === 'strict';
  const cells = valueIfKnown(config.cpu)?.cells.length ?? 0;
  const steady = found([
    [hugePages, 'huge pages'],
    [placement !== undefined && placement.plugged > 0 && placement.unpinned === 0, 'pinned vCPUs'],
    [strict, 'memory bound to a node'],
    [tune?.emulatorPin !== undefined, 'a pinned emulator'],
    [backing?.locked === true, 'locked memory'],
    [backing?.nosharepages === true, 'memory kept from KSM'],
  ]);
  if (tune?.hasRealtimeScheduler === true) return { suggests: ['latency'], signs: ['a realtime scheduler', ...steady] };
  if (steady.length >= 2) {
    const isPinned = placement?.unpinned === 0;
    if (isPinned && cells > 1) return { suggests: ['hpc', 'database'], signs: [...steady, `${cells} NUMA cells`] };
    return { suggests: isPinned ? ['latency', 'database'] : ['database', 'latency'], signs: steady };
  }
  const others = valueIfKnown(config.otherDevices) ?? [];
  const desk = found([
    [(valueIfKnown(config.graphics) ?? []).some(({ type }) => type === 'spice'), 'a SPICE screen'],
    [(valueIfKnown(config.videos) ?? []).some(({ model }) => model === 'qxl'), 'a qxl card'],
    [others.some(({ element }) => element === 'sound'), 'sound'],
    [others.some(({ element }) => element === 'redirdev'), 'USB redirection'],
    [others.some(({ element }) => element === 'smartcard'), 'a smartcard'],
    [others.some(({ element, model }) => element === 'input' && model === 'tablet'), 'a tablet'],
  ]);
  if (desk.length >= 3) return { suggests: ['desktop'], signs: desk };
  const disks = valueIfKnown(config.disks) ?? [];
  const dense = found([
    [valueIfKnown(config.balloon)?.freePageReporting === 'on', 'free pages reported to the host'],
    [isHalfHeld(config.memory, config.currentMemory), 'a balloon that holds half of its memory'],
    [disks.some(({ backing: below }) => below.length > 0), 'a disk above a base image'],
  ]);
  return dense.length >= 2 ? { suggests: ['density'], signs: dense } : undefined;
}

/** Gives the first fact that shapeOfGuest would have to know and does not. */
export const unreadShape = ({ config }: Guest): Unknown | undefined =>
  [config.memoryBacking, config.cputune, config.numatune, config.graphics, config.otherDevices, config.balloon].find(
    (fact): fact is Unknown => fact.state === 'unknown',
  );

const found = (signs: readonly (readonly [boolean, string])[]): readonly string[] =>
  signs.filter(([isThere]) => isThere).map(([, sign]) => sign);

const isHalfHeld = (memory: Known<number>, current: Known<number>): boolean =>
  (valueIfKnown(current) ?? 0) * 2 <= (valueIfKnown(memory) ?? 0) &&
  memory.state === 'known' &&
  current.state === 'known';
