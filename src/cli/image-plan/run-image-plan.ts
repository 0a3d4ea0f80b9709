import { existsSync } from 'node:fs';
import { fileStamp } from '#apply/file-stamp';
import { stamp as timeStamp } from '#apply/keep-copy';
import type { Target } from '#apply/target';
import type { Change } from '#change/change';
import { applyAndShow, type RunOptions, showDry } from '#cli/apply-and-show';
import { openOutput } from '#cli/output';
import { refuseUnfinished } from '#cli/refuse-unfinished';
import { usageError } from '#cli/request-error';
import { version } from '#cli/version.gen';
import { withSession } from '#cli/writing-session';
import type { Plan, PlannedChange } from '#plan/plan';
import { changeLines } from '#plan/state-words';
import { printable } from '#report/printable';

/** Options of the commands that change an image. */
export interface ImageWorkOptions extends RunOptions {
  readonly dryRun?: boolean;
  readonly connect?: string;
  /** Format of the image. */
  readonly imageFormat?: string;
}

/** What a command on an image is to do. */
export interface ImageWork {
  /** In their order. */
  readonly changes: readonly Change[];
  /** What it costs and what is to be known; sentences. */
  readonly costs: readonly string[];
}

/** One instant, as a change puts it down. */
export interface PlanTime {
  /** Nanoseconds since 1970, of a whole second that every file system can store. */
  readonly modified: string;
  /** `20261123T034500Z`. */
  readonly stamp: string;
}

/**
 * Plans what is to be done with an image, shows it, asks, and applies it: with backup, journal, reading back and undo as any plan. Gives the exit
 * code. `timeFor`: the time that an image gets. Throws RequestError.
 */
export function runImagePlan(
  command: string,
  options: ImageWorkOptions,
  work: (target: Target, timeFor: (path: string) => PlanTime) => Promise<ImageWork>,
): Promise<number> {
  if (options.yes !== true && options.dryRun !== true && process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, --dry-run to see it only',
    );
  const output = openOutput(options.output, options.color);
  const kind = options.dryRun === true ? 'look' : 'write';
  return withSession(options, { kind, command: `image ${command}` }, async session => {
    if (kind === 'write') await refuseUnfinished(session);
    const { changes, costs } = await work(session.target, path => timeFor(path, Date.now()));
    const plan = planOf(session.target, command, changes, costs);
    if (options.quiet !== true && options.format !== 'json')
      for (const line of costs) process.stderr.write(`nearmetal: ${printable(line)}\n`);
    return kind === 'look' ? showDry(session, plan, options, output) : applyAndShow(session, plan, options, output);
  });
}

/** Time goes by in steps of two seconds, which every file system can store. */
const stepMs = 2000;

/**
 * Gives the time that an image gets, by which it is known again: not that of what stands there, which an operation right before may have made, and
 * not one by which something is kept already. `now`: milliseconds since 1970.
 */
export function timeFor(path: string, now: number): PlanTime {
  for (let ms = Math.floor(now / stepMs) * stepMs; ; ms += stepMs) {
    const time = { modified: `${ms}000000`, stamp: timeStamp(new Date(ms)) };
    const isTaken = ['before', 'after'].some(word => existsSync(`${path}.${word}-${time.stamp}`));
    if (!isTaken && fileStamp(path)?.modified !== time.modified) return time;
  }
}

const planOf = ({ identity }: Target, command: string, changes: readonly Change[], costs: readonly string[]): Plan => ({
  schema: 'nearmetal.plan/1',
  tool: `nearmetal ${version}`,
  source: `image ${command}`,
  host: { name: identity.hostName, id: identity.id },
  policy: 'current',
  intents: [],
  changes: changes.map(
    (change, at): PlannedChange => ({
      number: at + 1,
      change,
      epoch: 'at-once',
      because: [],
      waitsFor: [],
      costs: at === 0 ? costs : [],
      tradeOffs: [],
      owners: [],
      diff: changeLines(change)
        .map(line => `${line}\n`)
        .join(''),
    }),
  ),
  byHand: [],
  blocked: [],
  notes: [],
});
