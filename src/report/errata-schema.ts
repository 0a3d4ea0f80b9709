import * as v from 'valibot';

/** What `--policy guide` makes of a departure. */
const policy = v.variant('kind', [
  v.object({ kind: v.literal('numbers'), numbers: v.record(v.string(), v.number()) }),
  v.object({ kind: v.literal('check'), says: v.string() }),
  v.object({ kind: v.literal('same'), says: v.string() }),
  v.object({ kind: v.literal('cannot'), says: v.string() }),
  v.object({ kind: v.literal('no-rule'), says: v.string() }),
]);

const erratum = v.object({
  errata: v.pipe(v.array(v.string()), v.description('Numbers of the guide-versus-truth list')),
  sections: v.pipe(v.array(v.string()), v.description('Sections of the guide')),
  rule: v.optional(v.pipe(v.string(), v.description('The rule that carries it'))),
  practice: v.optional(v.pipe(v.string(), v.description('The practice that it belongs to and that has no rule yet'))),
  guideSays: v.string(),
  truth: v.string(),
  source: v.string(),
  policy: v.pipe(v.optional(policy), v.description('What --policy guide makes of it')),
});

/** The document that `nearmetal guide --errata --format json` prints, version 1; the JSON schema that ships is generated from this. */
export const errataDocument = v.object({
  schema: v.literal('nearmetal.errata/1'),
  departures: v.array(erratum),
});

/** The document as plain JSON values. */
export type ErrataDocument = v.InferOutput<typeof errataDocument>;
