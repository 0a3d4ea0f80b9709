import * as v from 'valibot';

/**
 * The document that `nearmetal check --format json` prints, version 1. Fields are added, never renamed or removed, within a version.
 * The JSON schema that ships is generated from this.
 */
const evidence = v.object({
  from: v.pipe(v.string(), v.description('The source: a path, a libvirt call, an element of a domain XML')),
  value: v.pipe(v.string(), v.description('The text read, shortened; never a secret')),
});

const change = v.object({
  kind: v.string(),
  on: v.string(),
  before: v.optional(v.unknown()),
  after: v.optional(v.unknown()),
  lasts: v.picklist(['guest-run', 'until-reboot', 'across-reboots']),
  takesEffect: v.picklist(['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot']),
  requires: v.optional(v.picklist(['guest-off'])),
});

const location = v.object({ file: v.string(), line: v.number(), column: v.number() });

const departure = v.object({
  guideSays: v.string(),
  truth: v.string(),
  source: v.string(),
  errata: v.optional(v.array(v.string())),
});

const tradeOff = v.object({
  pair: v.optional(v.pipe(v.number(), v.description('Number of the pair of practices; none: intents of one guest'))),
  instead: v.pipe(v.string(), v.description('The practice given up, in words')),
  rules: v.pipe(v.array(v.string()), v.description('Rules whose finding gave way')),
  gained: v.string(),
  lost: v.string(),
  intent: v.optional(v.pipe(v.string(), v.description('The intent that decided'))),
  decidedBy: v.string(),
});

const decision = v.object({
  intent: v.pipe(v.string(), v.description('The intent by which the whole host was judged')),
  losers: v.array(v.object({ guest: v.string(), intent: v.string(), wants: v.optional(v.string()) })),
});

const waiver = v.object({ owner: v.string(), reason: v.string(), until: v.string() });

const outcome = v.object({
  rule: v.string(),
  sections: v.pipe(v.array(v.string()), v.description('Sections of the guide; none: beyond it')),
  subject: v.object({
    host: v.optional(v.string()),
    kind: v.picklist(['host', 'guest', 'disk', 'nic', 'image', 'network', 'pool', 'waiver', 'fleet']),
    name: v.string(),
    uuid: v.optional(v.string()),
    guest: v.optional(v.string()),
    source: v.string(),
  }),
  outcome: v.picklist(['good', 'bad', 'unknown', 'not-applicable', 'waived', 'crashed']),
  severity: v.picklist(['error', 'warning', 'info', 'hint']),
  says: v.string(),
  saw: v.optional(v.string()),
  wants: v.optional(v.string()),
  so: v.optional(v.string()),
  because: v.string(),
  reason: v.optional(v.pipe(v.string(), v.description('Why unknown, not applicable or crashed'))),
  remedy: v.optional(v.pipe(v.string(), v.description('The command or right that would supply what is unknown'))),
  evidence: v.pipe(v.array(evidence), v.description('The first hundred pieces, if there are more')),
  location: v.optional(location),
  parts: v.optional(
    v.array(
      v.object({
        key: v.string(),
        saw: v.string(),
        location: v.optional(location),
        waiver: v.optional(waiver),
        fingerprint: v.pipe(
          v.string(),
          v.description('Stable over runs: of rule, host, subject and the key of the part'),
        ),
      }),
    ),
  ),
  fix: v.optional(v.array(change)),
  wish: v.optional(
    v.object({ kind: v.string(), detail: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])) }),
  ),
  otherwise: v.optional(v.string()),
  onlyAsked: v.optional(
    v.pipe(
      v.string(),
      v.description(
        'What the fix needs that is not known, and how to make sure: plan makes it only where the rule is named',
      ),
    ),
  ),
  costs: v.array(v.string()),
  intent: v.array(v.string()),
  guests: v.optional(
    v.pipe(v.array(v.string()), v.description('Guests that a finding about the host concerns; none: all')),
  ),
  tradeOffs: v.optional(
    v.pipe(v.array(tradeOff), v.description('Practices and intents that this finding was preferred to')),
  ),
  after: v.optional(
    v.pipe(
      v.array(v.object({ rule: v.string(), why: v.string() })),
      v.description('Findings to see to before this one'),
    ),
  ),
  decided: v.optional(
    v.pipe(
      decision,
      v.description('Of a setting of the whole host that its guests want differently: who decided, who loses'),
    ),
  ),
  departs: v.optional(v.array(departure)),
  since: v.optional(
    v.pipe(v.string(), v.description('Since when it stands, where it was compared with an earlier report; none: new')),
  ),
  waiver: v.optional(waiver),
  measured: v.optional(v.unknown()),
  alike: v.optional(
    v.pipe(
      v.string(),
      v.description(
        'The same in findings that differ only in their subject and in numbers and names; reports fold them',
      ),
    ),
  ),
  fingerprint: v.pipe(
    v.string(),
    v.description('Stable over runs: of rule, host and subject, never of a value found, a line or a part'),
  ),
});

/** The whole document. */
export const checkDocument = v.object({
  schema: v.literal('nearmetal.check/1'),
  tool: v.object({ name: v.literal('nearmetal'), version: v.string() }),
  policy: v.picklist(['current', 'guide']),
  source: v.string(),
  time: v.optional(v.pipe(v.string(), v.isoTimestamp(), v.description('When the outcomes were judged'))),
  settings: v.optional(v.pipe(v.array(v.string()), v.description('Files of settings in force, the weakest first'))),
  outcomes: v.array(outcome),
  sinceThen: v.optional(
    v.pipe(
      v.object({
        file: v.string(),
        time: v.string(),
        fresh: v.number(),
        standing: v.number(),
        gone: v.array(v.object({ rule: v.string(), subject: v.string(), saw: v.string() })),
        notJudged: v.number(),
      }),
      v.description('What became of the findings of an earlier report (--since)'),
    ),
  ),
  notes: v.array(v.string()),
  problems: v.pipe(
    v.array(v.object({ message: v.string(), doThis: v.optional(v.string()) })),
    v.description('What of the input could not be read, or departs from its schema; the rest was judged'),
  ),
  summary: v.object({
    bad: v.number(),
    good: v.number(),
    unknown: v.number(),
    notApplicable: v.number(),
    waived: v.number(),
    crashed: v.number(),
  }),
});

/** A check report as plain JSON values. */
export type CheckDocument = v.InferOutput<typeof checkDocument>;
