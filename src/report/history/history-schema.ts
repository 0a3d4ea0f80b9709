import * as v from 'valibot';
import { hostPart, toolPart } from '#report/run/run-schema';

const number = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The document that `history --format json` prints, version 1. */
export const historyDocument = v.object({
  schema: v.literal('nearmetal.history/1'),
  tool: toolPart,
  host: hostPart,
  runs: v.array(
    v.object({
      run: v.string(),
      doing: v.picklist(['apply', 'undo', 'restore']),
      of: v.optional(v.pipe(v.string(), v.description('The run that was taken back'))),
      startedAt: v.string(),
      endedAt: v.string(),
      by: v.string(),
      tool: v.string(),
      plan: v.pipe(v.string(), v.description('Name of its plan: hash of its content')),
      result: v.picklist(['held', 'pending', 'failed', 'interrupted', 'refused', 'unfinished']),
      changes: number,
      inPlace: v.pipe(number, v.description('How many of its changes are in place now')),
      objects: v.optional(v.array(v.object({ object: v.string(), of: v.string() }))),
      images: v.optional(
        v.pipe(
          v.array(v.object({ run: v.string(), path: v.string(), of: v.string(), bytes: number })),
          v.description('Old images that it keeps beside those that took their place; bytes: the room that they take'),
        ),
      ),
    }),
  ),
  ledger: v.string(),
});

/** The document that `history prune --format json` prints, version 1. */
export const pruneDocument = v.object({
  schema: v.literal('nearmetal.prune/1'),
  tool: toolPart,
  runs: v.array(v.string()),
  copies: v.optional(v.pipe(number, v.description('How many copies went; missing in a dry run'))),
  images: v.pipe(
    v.array(
      v.object({
        run: v.string(),
        path: v.string(),
        of: v.string(),
        bytes: number,
        isRemoved: v.boolean(),
        why: v.optional(v.pipe(v.string(), v.description('Why it stays though it was to go'))),
      }),
    ),
    v.description('Old images that the runs kept beside those that took their place'),
  ),
  ledger: v.string(),
});
