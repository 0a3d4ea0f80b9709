import * as v from 'valibot';
import type { Rule } from '#check/define-rule';
import { severities } from '#check/verdict';
import { sections } from '#rules/sections';
import { intents } from '#wishes/intent';

/** The area of a site's own rules: none of ours is in it. */
export const siteArea = 'site';

const text = v.pipe(v.string(), v.nonEmpty());
const texts = v.array(text);

const shape = v.strictObject({
  id: v.pipe(
    v.string(),
    v.regex(/^site\/[a-z0-9]+(?:-[a-z0-9]+)*$/, 'it is site/ and a name of small letters, digits and -'),
  ),
  aliases: v.optional(v.array(v.pipe(v.string(), v.startsWith('site/', 'it begins with site/')))),
  replacedBy: v.optional(text),
  subject: v.picklist(['host', 'guest', 'disk', 'nic', 'image', 'network', 'pool']),
  guide: v.array(v.picklist(sections.map(([section]) => section))),
  beyond: v.optional(text),
  severity: v.picklist(severities),
  says: text,
  because: text,
  sources: v.pipe(
    v.array(v.strictObject({ grade: v.picklist(['specified', 'documented', 'measured', 'folklore']), at: text })),
    v.minLength(1, 'it names at least one source'),
  ),
  when: v.optional(
    v.strictObject({
      hypervisor: v.optional(v.picklist(['kvm', 'xen'])),
      architecture: v.optional(v.picklist(['x86'])),
      kernel: v.optional(text),
      qemu: v.optional(text),
      libvirt: v.optional(text),
      numaNodes: v.optional(text),
      guestType: v.optional(v.array(v.picklist(['kvm', 'qemu', 'xen']))),
      guestArchitecture: v.optional(v.picklist(['x86'])),
      instance: v.optional(v.picklist(['system'])),
    }),
  ),
  scope: v.optional(v.strictObject({ says: text, holds: v.function() })),
  intents: v.record(
    v.picklist(intents),
    v.strictObject({
      level: v.picklist(['must', 'should', 'neutral', 'avoid', 'must-not']),
      want: v.optional(text),
    }),
  ),
  params: v.record(
    text,
    v.strictObject({
      default: v.number(),
      unit: v.string(),
      range: v.optional(v.tuple([v.number(), v.number()])),
      why: text,
    }),
  ),
  costs: texts,
  departs: v.optional(v.array(v.looseObject({ guideSays: text, truth: text, source: text }))),
  experiment: v.optional(v.looseObject({})),
  needs: v.record(text, v.function()),
  check: v.function(),
  examples: v.array(v.looseObject({ name: text, expect: v.picklist(['good', 'bad', 'unknown', 'not-applicable']) })),
});

/** Takes what a rule file exports; gives in what it is no rule, empty where it is one. */
export function shapeFaults(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return ['export default defineRule({ … }) is missing'];
  const result = v.safeParse(shape, value);
  if (result.success) return [];
  return result.issues.map(issue => `${v.getDotPath(issue) ?? 'it'}: ${wordsOf(issue)}`);
}

/** Whether what a rule file exports is a rule. */
export const isRule = (value: unknown): value is Rule => shapeFaults(value).length === 0;

function wordsOf({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'a rule has no such field';
  if (received === 'undefined') return 'is missing';
  if (type === 'picklist' && expected !== null)
    return `is ${received}, not one of ${expected.replaceAll(/[()"]/g, '').replaceAll(' | ', ', ')}`;
  return expected !== null && message.startsWith('Invalid ') ? `is ${received}, not ${expected}` : message;
}
