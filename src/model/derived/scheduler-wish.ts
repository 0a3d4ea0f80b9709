import type { BlockDevice } from '#model/block-device';

/** The I/O scheduler that a disk of guests should have instead of the one that it has. */
export interface SchedulerWish {
  readonly wants: string;
  /** How grave the one that it has is. */
  readonly severity: 'warning' | 'info';
  /** Set where another scheduler would take something away that somebody has asked for. */
  readonly isKept?: true;
}

/** What the wish depends on beside the disk. */
export interface SchedulerSetting {
  /** By the letter of the guide. */
  readonly isGuide: boolean;
  /** A guest on it has a weight (blkiotune). */
  readonly isShared: boolean;
}

const fast: ReadonlySet<string> = new Set(['latency', 'hpc', 'database']);

/** Gives what a disk of guests should be scheduled by, for what the guests of the host are for; undefined: what it has is right. */
export function schedulerWish(
  device: BlockDevice,
  intents: readonly string[],
  { isGuide, isShared }: SchedulerSetting,
): SchedulerWish | undefined {
  const { scheduler: has, kind, queues = 1, isRotational } = device;
  if (has === undefined) return undefined;
  const wants = kind === 'nvme' || queues > 1 ? 'none' : 'mq-deadline';
  const isFast = intents.some(intent => fast.has(intent));
  if (has === 'bfq') {
    // weights work with BFQ alone, and somebody has given them
    if (isShared && !isGuide && !isFast) return { wants, severity: 'info', isKept: true };
    const isTolerated = !isGuide && intents.length > 0 && intents.every(intent => intent === 'density');
    return { wants, severity: isTolerated ? 'info' : 'warning' };
  }
  if (has === 'mq-deadline') return undefined;
  if (isGuide) return { wants: 'mq-deadline', severity: 'warning' };
  if (has === 'kyber') return { wants, severity: 'info' };
  if (has !== 'none') return { wants, severity: 'warning' };
  const isVirtual = kind === 'virtio' || kind === 'xen';
  if (kind === 'nvme' || queues > 1 || isVirtual || kind === 'multipath') return undefined;
  if (isRotational === true) return { wants, severity: 'warning' };
  return isFast ? undefined : { wants, severity: 'info' };
}
