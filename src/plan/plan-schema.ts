import * as v from 'valibot';
import { severities } from '#check/verdict';
import { intents } from '#wishes/intent';

/**
 * A plan as a file: what `nearmetal plan --format json` prints and `nearmetal apply` reads. Unknown fields are refused: who changes a host
 * must understand all of what is asked. The JSON schema that ships is generated from this.
 */
const words = v.pipe(v.string(), v.maxLength(65_536));
const many = <T extends v.GenericSchema>(one: T) => v.pipe(v.array(one), v.maxLength(10_000));
const epoch = v.picklist(['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot']);

const change = v.strictObject({
  kind: words,
  on: v.pipe(words, v.description('What it acts on: a knob, a file and a key, a guest')),
  before: v.optional(v.pipe(v.unknown(), v.description('The state that was seen; none: nothing was set'))),
  after: v.optional(v.unknown()),
  lasts: v.picklist(['guest-run', 'until-reboot', 'across-reboots']),
  takesEffect: epoch,
  requires: v.optional(v.picklist(['guest-off'])),
});

const because = v.strictObject({ rule: words, severity: v.picklist(severities), subject: words, saw: words });

const tradeOff = v.strictObject({
  instead: words,
  gained: words,
  lost: words,
  intent: v.optional(v.picklist(intents)),
});

const number = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));

const planned = v.strictObject({
  number: v.pipe(number, v.description('Counts from 1 in the order in which changes are made')),
  change,
  epoch: v.pipe(epoch, v.description('When it is in force')),
  because: many(because),
  waitsFor: v.pipe(many(number), v.description('Changes whose effect must be there before this one is made')),
  costs: many(words),
  tradeOffs: many(tradeOff),
  migration: v.optional(words),
  owners: v.pipe(many(words), v.description('Who else sets the same knob')),
  diff: v.pipe(
    v.string(),
    v.maxLength(16 * 2 ** 20),
    v.description('For people: a unified diff, or before → after; no secrets'),
  ),
  unseen: v.optional(v.pipe(words, v.description('Why there is no unified diff'))),
});

/** The whole document. */
export const planDocument = v.strictObject({
  schema: v.literal('nearmetal.plan/1'),
  tool: words,
  source: words,
  host: v.strictObject({
    name: words,
    id: v.optional(
      v.pipe(
        words,
        v.description('Hash of the machine id, or of libvirt’s host UUID; apply refuses the plan elsewhere'),
      ),
    ),
  }),
  policy: v.picklist(['current', 'guide']),
  intents: v.pipe(many(words), v.description('What guests are for as the command line said it: db01=database')),
  changes: v.pipe(v.array(planned), v.maxLength(100_000)),
  byHand: v.pipe(
    v.array(
      v.strictObject({ rule: words, severity: v.picklist(severities), subject: words, saw: words, doThis: words }),
    ),
    v.maxLength(100_000),
  ),
  blocked: v.pipe(v.array(v.strictObject({ on: words, why: words, doThis: v.optional(words) })), v.maxLength(100_000)),
  notes: many(words),
});
