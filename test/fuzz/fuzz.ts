import { exercise, type Tally } from './exercise.js';
import { mutate, randomFrom, type Seed } from './mutate.js';

/** What a run came to. */
export interface FuzzResult extends Tally {
  readonly cases: number;
  /** The longest case, in milliseconds of processor time, and which it was. */
  readonly longest: { readonly milliseconds: number; readonly which: string };
  /** The most memory that the process ever had, in MiB. */
  readonly memory: number;
  /** What went wrong: a few of each kind. */
  readonly failures: readonly string[];
}

const mostMilliseconds = 1000;
const mostMemory = 256;
const mostFailures = 20;

/** Goes through cases `from` up to `to`: each mutates one of the seeds and reads it. A case is the same each time. */
export function fuzz(seeds: readonly Seed[], from: number, to: number): FuzzResult {
  const tally: Tally = { refused: 0, read: 0 };
  const failures: string[] = [];
  let longest = { milliseconds: 0, which: '' };
  let memory = memoryOf();
  for (let number = from; number < to && failures.length < mostFailures; number++) {
    const random = randomFrom(number);
    const seed = seeds[random(seeds.length)];
    if (seed === undefined) continue;
    const which = `case ${number}, of ${seed.name}`;
    const { size, restore } = mutate(seed, random);
    const start = process.cpuUsage();
    try {
      exercise(seed, size, random, tally);
    } catch (error) {
      failures.push(`${which}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    // of the processor: on a busy machine the clock says little
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    restore();
    if (milliseconds > longest.milliseconds) longest = { milliseconds, which };
    if (milliseconds > mostMilliseconds) failures.push(`${which}: takes ${milliseconds.toFixed(0)} ms`);
    const now = memoryOf();
    if (now > mostMemory && memory <= mostMemory) failures.push(`${which}: memory grows from ${memory} to ${now} MiB`);
    memory = now;
  }
  return { ...tally, cases: to - from, longest, memory, failures };
}

/** The most memory that the process had so far, in MiB. */
const memoryOf = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
