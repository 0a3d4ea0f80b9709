import * as v from 'valibot';

/** The document that `apply`, `undo` and `restore` print with `--format json`, version 1. Fields are added, never renamed or removed, within a version. */
const number = v.pipe(v.number(), v.integer(), v.minValue(0));

/** When a change is in force. */
export const takesEffect = v.picklist(['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot']);

/** nearmetal itself. */
export const toolPart = v.object({ name: v.literal('nearmetal'), version: v.string() });

/** The host. */
export const hostPart = v.object({ name: v.string(), id: v.optional(v.string()) });

/** What can be done next. */
export const nextPart = v.array(v.object({ says: v.string(), command: v.string() }));

export const runDocument = v.object({
  schema: v.literal('nearmetal.run/1'),
  tool: toolPart,
  host: hostPart,
  doing: v.picklist(['apply', 'undo', 'restore']),
  run: v.optional(v.pipe(v.string(), v.description('Its number; missing where nothing was done'))),
  of: v.optional(v.pipe(v.string(), v.description('The run that was undone'))),
  dryRun: v.boolean(),
  result: v.picklist(['held', 'pending', 'failed', 'interrupted', 'refused', 'nothing-to-do', 'to-do']),
  changes: v.array(
    v.object({
      number,
      kind: v.string(),
      on: v.string(),
      lines: v.array(v.string()),
      takesEffect,
      result: v.pipe(
        v.picklist([
          'held',
          'waits',
          'pending',
          'not-live',
          'already',
          'declined',
          'differs',
          'failed',
          'broken-off',
          'untouched',
          'to-do',
          'stale',
          'obstacle',
          'unreadable',
          'blocked',
        ]),
        v.description(
          'waits: made, in force after a restart; pending: not made yet; differs: the value of somebody else was left; stale: not as the plan says',
        ),
      ),
      why: v.optional(v.string()),
      doThis: v.optional(v.string()),
      found: v.optional(v.pipe(v.string(), v.description('What is there, where the plan says something else'))),
    }),
  ),
  foreign: v.pipe(
    v.array(v.string()),
    v.description('Files and guests that somebody else has changed, too; that was left'),
  ),
  next: nextPart,
  ledger: v.pipe(v.string(), v.description('Where copies of what was there are')),
});
