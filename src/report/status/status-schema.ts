import * as v from 'valibot';
import { hostPart, nextPart, takesEffect, toolPart } from '#report/run/run-schema';

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const value = v.optional(v.nullable(v.string()));

/** Runs that were broken off. */
const unfinished = v.array(v.object({ run: v.string(), says: v.string(), next: nextPart }));

const standing = v.object({
  run: v.string(),
  number,
  kind: v.string(),
  on: v.string(),
  lines: v.array(v.string()),
  takesEffect,
  is: v.picklist([
    'holds',
    'waits',
    'pending',
    'taken-back',
    'drifted',
    'broken-off',
    'failed',
    'over',
    'not-live',
    'unreadable',
  ]),
  now: v.optional(v.string()),
  why: v.optional(v.string()),
});

const moved = v.pipe(v.array(v.string()), v.description('Files and guests that somebody else has written to since'));

/** The document that `status --format json` prints, version 1. */
export const statusDocument = v.object({
  schema: v.literal('nearmetal.status/1'),
  tool: toolPart,
  host: hostPart,
  unfinished,
  changes: v.array(standing),
  undone: v.pipe(v.array(standing), v.description('What was taken back and stays in force until a restart')),
  knobs: v.pipe(
    v.array(
      v.object({
        knob: v.string(),
        recommended: v.nullable(v.string()),
        configured: value,
        running: value,
        isDrifted: v.boolean(),
      }),
    ),
    v.description('Null: that it is not set; missing: that half was not changed by us, or cannot be read'),
  ),
  moved,
  ledger: v.string(),
});

/** The document that `verify --format json` prints, version 1. */
export const verifyDocument = v.object({
  schema: v.literal('nearmetal.verify/1'),
  tool: toolPart,
  host: hostPart,
  result: v.picklist(['holds', 'waits', 'drift']),
  unfinished,
  receipts: v.array(
    v.object({
      change: standing,
      findings: v.array(
        v.object({
          rule: v.string(),
          subject: v.string(),
          is: v.picklist(['gone', 'waits', 'not-live', 'lost', 'left', 'yours', 'more', 'still', 'waived', 'unknown']),
          saw: v.optional(v.string()),
          why: v.pipe(
            v.optional(v.string()),
            v.description('What a person has to do, or the changes and restarts that it is about'),
          ),
        }),
      ),
    }),
  ),
  moved,
});
