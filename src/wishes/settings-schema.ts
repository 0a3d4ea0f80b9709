import * as v from 'valibot';
import { intents } from '#wishes/intent';

/**
 * The shape of `nearmetal.yaml` and of a file of waivers, from which the JSON schema that ships is generated. What only the rules can
 * tell (their ids, their parameters) is judged where they are known.
 */
const text = v.pipe(v.string(), v.trim(), v.nonEmpty());

const oneOrMany = <T extends v.GenericSchema>(one: T) => v.union([one, v.pipe(v.array(one), v.minLength(1))]);

const intent = oneOrMany(v.picklist(intents));

const waiver = v.strictObject({
  rule: v.pipe(oneOrMany(text), v.description('A rule’s id, an area, or a pattern of ids: guest-net/*')),
  host: v.optional(v.pipe(oneOrMany(text), v.description('Only on this host: name, id, or a pattern of names'))),
  guest: v.optional(v.pipe(oneOrMany(text), v.description('Only for this guest: name, UUID, or a pattern of names'))),
  subject: v.optional(
    v.pipe(oneOrMany(text), v.description('Only for this disk, interface, network, pool or image, as reports name it')),
  ),
  part: v.optional(
    v.pipe(oneOrMany(text), v.description('Only for these parts of a finding, as the JSON report names them')),
  ),
  reason: v.pipe(text, v.description('Why the finding is accepted')),
  owner: v.pipe(text, v.description('Who decided it, and is asked when it expires')),
  until: v.pipe(text, v.isoDate(), v.description('The last day on which it holds (UTC): 2027-06-30')),
});

/** A list of waivers. */
const waivers = v.array(waiver);

/** `nearmetal.yaml`. */
export const settingsSchema = v.strictObject({
  policy: v.optional(v.pipe(v.picklist(['current', 'guide']), v.description('Today’s facts, or the guide’s letter'))),
  failOn: v.optional(
    v.pipe(
      v.picklist(['error', 'warning', 'info', 'hint', 'none']),
      v.description('From which severity on check exits with 2'),
    ),
  ),
  intents: v.optional(
    v.strictObject({
      default: v.optional(v.pipe(intent, v.description('What guests are for of which nothing else is said'))),
      host: v.optional(v.pipe(intent, v.description('What the host is for; else what its guests are for'))),
      guests: v.optional(
        v.pipe(
          v.record(v.string(), intent),
          v.description('What guests are for: by name, UUID, or a pattern of names'),
        ),
      ),
    }),
  ),
  parameters: v.optional(
    v.pipe(
      v.record(v.string(), v.record(v.string(), v.union([v.number(), v.string()]))),
      v.description('Numbers of rules, by id and parameter: 0.9, 2 GiB, 10%'),
    ),
  ),
  waivers: v.optional(v.pipe(waivers, v.description('Findings that are accepted: why, by whom, until when'))),
  rules: v.optional(
    v.pipe(oneOrMany(text), v.description('Folders with rules of your own, from the folder of this file on')),
  ),
});

/** A file of waivers: `waivers:` alone, or the list itself. */
export const waiversSchema = v.union([v.strictObject({ waivers }), waivers]);

/** Settings as written in one file. */
export type WrittenSettings = v.InferOutput<typeof settingsSchema>;

/** A waiver as written. */
export type WrittenWaiver = v.InferOutput<typeof waiver>;
