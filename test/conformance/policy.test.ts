import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv } from 'ajv';
import type { Rule } from '#check/define-rule';
import type { Example } from '#check/example';
import { runRules } from '#check/run-rules';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import { listErrata } from '#report/errata';
import { catalogue } from '#rules/catalogue';
import { lastErratum, proseErrata } from '#rules/errata';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';
import { noWishes } from '#wishes/wishes';

/** What a policy makes of an example, as far as a reader sees it. */
function judged(rule: Rule, example: Example, policy: 'current' | 'guide'): unknown {
  const outcome = exampleOutcomes(rule, { ...example, policy });
  const seen = {
    outcome: outcome.outcome,
    severity: 'severity' in outcome ? outcome.severity : undefined,
    finding: 'finding' in outcome ? outcome.finding : undefined,
    reason: 'reason' in outcome ? outcome.reason : undefined,
  };
  return JSON.parse(JSON.stringify(seen));
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

for (const rule of rules) {
  const departures = rule.departs ?? [];
  const byLetter = departures.filter(one => one.guideParams !== undefined || one.guideCheck !== undefined);

  test(`${rule.id}: each departure says what the policy guide makes of it, in one of four ways`, () => {
    for (const { guideParams, guideCheck, guideSame, guideCannot, guideSays } of departures) {
      const ways = [guideParams, guideCheck, guideSame, guideCannot].filter(way => way !== undefined);
      assert.equal(ways.length, 1, guideSays);
      for (const words of [guideCheck, guideSame, guideCannot])
        assert.ok(words === undefined || words.length > 15, `"${words}" does not say why`);
      assert.doesNotMatch(guideCheck ?? '', /^(the same|cannot)/, 'guideSame or guideCannot says that');
    }
  });

  test(`${rule.id}: the policies differ in an example exactly if it departs from the letter of the guide`, () => {
    const differing = rule.examples.filter(
      example => !isEqual(judged(rule, example, 'current'), judged(rule, example, 'guide')),
    );
    if (byLetter.length === 0)
      assert.deepEqual(
        differing.map(({ name }) => name),
        [],
        'a difference that no departure of the rule declares',
      );
    else {
      assert.ok(differing.length > 0, 'no example shows the difference');
      assert.ok(
        rule.examples.some(({ policy }) => policy === 'guide'),
        'no example is judged by the guide',
      );
    }
  });

  test(`${rule.id}: the numbers of the guide's letter are other numbers than today's`, () => {
    for (const { guideParams = {} } of departures)
      for (const [name, value] of Object.entries(guideParams)) assert.notEqual(value, rule.params[name]?.default, name);
  });
}

test('every erratum of the guide is named by a rule, or stands among those that no rule carries; none is missing, none stands twice', () => {
  const carried = rules.flatMap(rule => (rule.departs ?? []).flatMap(({ errata = [] }) => errata));
  const loose = proseErrata.map(({ number }) => number);
  const all = Array.from({ length: lastErratum }, (_, at) => `X${String(at + 1).padStart(2, '0')}`);
  const missing = all.filter(number => !carried.includes(number) && !loose.includes(number));
  assert.deepEqual(missing, []);
  const twice = loose.filter(number => carried.includes(number));
  assert.deepEqual(twice, [], 'carried by a rule: take them out of src/rules/errata.ts');
  const unknown = [...carried, ...loose].filter(number => !all.includes(number));
  assert.deepEqual(unknown, [], 'beyond lastErratum of src/rules/errata.ts');
  assert.equal(new Set(loose).size, loose.length);
});

test('every departure has a number, a source and sections of the guide', () => {
  const numbers = new Set(sections.map(([number]) => number));
  for (const one of listErrata(rules, proseErrata)) {
    assert.ok(
      one.errata.length > 0,
      `${one.rule ?? one.practice}: “${one.guideSays}” has no erratum number: take the next one, and raise lastErratum`,
    );
    assert.ok(one.source.length > 10, one.source);
    assert.ok(one.sections.length > 0 && one.sections.every(section => numbers.has(section)), one.errata.join(' '));
    assert.match(one.truth, /\.$/);
    assert.match(one.guideSays, /[.”)]$|[a-z0-9]$/i);
    assert.notEqual(one.policy, undefined);
  }
});

test('an erratum waits only for practices of the catalogue that have no rule', () => {
  const sectionsOf = new Map(catalogue);
  for (const { number, practice } of proseErrata) {
    if (practice === undefined) continue;
    assert.ok(
      !rules.some(({ id }) => id === practice),
      `${number}: ${practice} has a rule now and can carry it in departs`,
    );
    assert.ok(sectionsOf.has(practice), `${number} ${practice}`);
  }
});

test('under the guide’s letter a whole machine is judged otherwise, and only rules that say so differ', () => {
  const example: Example = {
    name: 'a machine',
    files: {
      '/proc/sys/vm/swappiness': '0',
      '/sys/kernel/mm/ksm/run': '1',
      '/sys/kernel/mm/ksm/pages_to_scan': '1000',
    },
    guest: "<devices><video><model type='cirrus'/></video><graphics type='vnc' autoport='yes'/></devices>",
    expect: 'bad',
  };
  const machine = collectMachine({ source: 'a machine', extent: 'host', sources: exampleSources(example) });
  const under = (policy: 'current' | 'guide'): ReadonlyMap<string, string> =>
    new Map(
      runRules(machine, rules, { ...noWishes, policy }, new Date('2026-11-01T12:00:00Z')).map(outcome => [
        `${outcome.rule.id} of ${outcome.subject.kind}`,
        outcome.outcome === 'bad' ? `bad, ${outcome.severity}` : outcome.outcome,
      ]),
    );
  const [current, guide] = [under('current'), under('guide')];
  const differing = [...current]
    .filter(([key, outcome]) => guide.get(key) !== outcome)
    .map(([key]) => key.split(' ')[0]);
  assert.ok(differing.length >= 5, differing.join(', '));
  for (const id of differing) {
    const departures = rules.find(rule => rule.id === id)?.departs ?? [];
    assert.ok(
      departures.some(one => one.guideCheck !== undefined || one.guideParams !== undefined),
      id,
    );
  }
  assert.equal(current.get('guest-devices/video-model of guest'), 'bad, warning');
  assert.equal(guide.get('guest-devices/video-model of guest'), 'good');
});

test('guide --errata as JSON validates against the schema that ships', () => {
  const schema = JSON.parse(readFileSync('docs/schemas/errata-1.schema.json', 'utf8'));
  const validate = new Ajv({ strict: false }).compile(schema);
  const document = { schema: 'nearmetal.errata/1', departures: listErrata(rules, proseErrata) };
  assert.ok(validate(JSON.parse(JSON.stringify(document))), JSON.stringify(validate.errors?.slice(0, 3)));
  assert.ok(!validate({ ...document, departures: [{}] }));
});
