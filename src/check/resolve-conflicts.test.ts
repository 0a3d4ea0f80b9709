import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { editDisks } from '#change/kinds/domain-disks';
import { setSysctl } from '#change/kinds/sysctl';
import type { Conflict, Practice } from '#check/conflict';
import { contradictions } from '#check/contradictions';
import { defineRule, type Rule } from '#check/define-rule';
import type { Outcome, Subject } from '#check/outcome';
import { resolveConflicts, withOpponents } from '#check/resolve-conflicts';
import { type Bad, good } from '#check/verdict';
import type { Intent } from '#wishes/intent';

const ruleOf = (id: string): Rule =>
  defineRule({
    id: `test/${id}`,
    subject: 'guest',
    guide: [],
    beyond: 'a test of the resolver',
    severity: 'warning',
    says: 'It is so.',
    because: 'It must be.',
    sources: [{ grade: 'documented', at: 'this very test' }],
    intents: {},
    params: {},
    costs: [],
    needs: {},
    check: () => good,
    examples: [],
  });

interface Told extends Partial<Omit<Bad, 'verdict'>> {
  readonly guest?: string;
  readonly disk?: string;
  readonly intents?: readonly Intent[];
}

const hostFinding = (id: string, { intents = ['general'], ...finding }: Told = {}): Outcome =>
  outcomeOf(id, { kind: 'host', name: 'node7', source: 'x' }, intents, finding);
const guestFinding = (id: string, { guest = 'g1', disk, intents = ['general'], ...finding }: Told = {}): Outcome =>
  outcomeOf(
    id,
    disk === undefined ? { kind: 'guest', name: guest, source: 'x' } : { kind: 'disk', name: disk, guest, source: 'x' },
    intents,
    finding,
  );
const outcomeOf = (id: string, subject: Subject, intents: readonly Intent[], finding: object): Outcome => ({
  rule: ruleOf(id),
  subject,
  intents,
  outcome: 'bad',
  severity: 'warning',
  finding: { verdict: 'bad', saw: `${id} is not followed`, ...finding },
  evidence: [],
});

const practice = (...ids: readonly string[]): Practice => ({
  is: `practice ${ids.join()}`,
  rules: ids.map(id => `test/${id}`),
  gains: `what ${ids.join()} gains`,
});
const conflict = (kind: Conflict['kind'], one: string, other: string, more: Partial<Conflict> = {}): Conflict => ({
  pair: 99,
  kind,
  between: [practice(one), practice(other)],
  why: 'both cannot be',
  otherwise: 0,
  ...more,
});

const stands = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(({ outcome, rule: { id }, subject }) =>
    outcome === 'bad' ? [`${id.slice(5)}@${subject.guest ?? subject.name}`] : [],
  );
const reasons = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(one => (one.outcome === 'not-applicable' ? [one.reason] : []));

test('of two practices that exclude each other the one of the deciding intent stands and names the other', () => {
  const excluding = conflict('excludes', 'a', 'b', {
    by: [
      ['latency', 0],
      ['density', 1],
    ],
  });
  const resolve = (intents: readonly Intent[]): readonly Outcome[] =>
    resolveConflicts([guestFinding('a', { intents }), guestFinding('b', { intents })], [excluding]);
  assert.deepEqual(stands(resolve(['latency'])), ['a@g1']);
  assert.deepEqual(stands(resolve(['density'])), ['b@g1']);
  assert.deepEqual(stands(resolve(['desktop'])), ['a@g1']);
  const both = resolve(['density', 'latency']);
  assert.deepEqual(stands(both), ['a@g1']);
  assert.deepEqual(reasons(both), ['gives way to test/a (intent latency, before density)']);
  const [winner] = both;
  assert.ok(winner?.outcome === 'bad');
  assert.deepEqual(winner.tradeOffs, [
    {
      pair: 99,
      instead: 'practice b',
      rules: ['test/b'],
      gained: 'what a gains',
      lost: 'what b gains',
      intent: 'latency',
      decidedBy: 'intent latency, before density',
    },
  ]);
});

test('where no intent is asked, the reason of the pair decides', () => {
  const after = resolveConflicts(
    [guestFinding('a'), guestFinding('b')],
    [conflict('excludes', 'a', 'b', { otherwise: 1 })],
  );
  assert.deepEqual(stands(after), ['b@g1']);
  assert.deepEqual(reasons(after), ['gives way to test/b (both cannot be)']);
});

test('findings on two guests, or on two devices, do not meet', () => {
  const all = [conflict('excludes', 'a', 'b')];
  assert.equal(stands(resolveConflicts([guestFinding('a'), guestFinding('b', { guest: 'g2' })], all)).length, 2);
  const disks = [guestFinding('a', { disk: 'vda' }), guestFinding('b', { disk: 'vdb' })];
  assert.equal(stands(resolveConflicts(disks, all)).length, 2);
});

test('what a practice covers is not said as well, and needs no trade-off', () => {
  const after = resolveConflicts([guestFinding('a'), guestFinding('b')], [conflict('covers', 'a', 'b')]);
  assert.deepEqual([stands(after), reasons(after)], [['a@g1'], ['test/a sees to it']]);
  assert.ok(after[0]?.outcome === 'bad' && after[0].tradeOffs === undefined);
});

test('what had been won before goes to the finding that covers the winner', () => {
  const after = resolveConflicts(
    [guestFinding('a'), guestFinding('b'), guestFinding('c')],
    [conflict('excludes', 'b', 'c'), conflict('covers', 'a', 'b'), conflict('excludes', 'a', 'c')],
  );
  assert.deepEqual(stands(after), ['a@g1']);
  assert.ok(after[0]?.outcome === 'bad');
  assert.deepEqual(
    after[0].tradeOffs?.map(({ rules }) => rules),
    [['test/c']],
  );
});

test('who lost to a finding that gives way itself comes back', () => {
  const after = resolveConflicts(
    [guestFinding('a'), guestFinding('b'), guestFinding('c')],
    [conflict('excludes', 'b', 'c'), conflict('excludes', 'a', 'b')],
  );
  assert.deepEqual(stands(after), ['a@g1', 'c@g1']);
});

test('joined findings are one with the changes of both, a knob set once', () => {
  const sleep = setSysctl('vm.swappiness', '60', '10');
  const other = setSysctl('kernel.numa_balancing', '1', '0');
  const after = resolveConflicts(
    [
      hostFinding('a', { fix: [sleep[0]] }),
      hostFinding('b', { fix: [setSysctl('vm.swappiness', '60', '20')[0], other[0]] }),
    ],
    [conflict('joins', 'a', 'b')],
  );
  assert.ok(after[0]?.outcome === 'bad');
  assert.deepEqual(after[0].finding.fix, [sleep[0], other[0]]);
  assert.deepEqual(after[0].finding.parts, [{ key: 'test/b', saw: 'b is not followed' }]);
});

test('an order is told on the later finding, and both stand', () => {
  const after = resolveConflicts([guestFinding('a'), guestFinding('b')], [conflict('precedes', 'a', 'b')]);
  assert.deepEqual(stands(after), ['a@g1', 'b@g1']);
  assert.ok(after[1]?.outcome === 'bad');
  assert.deepEqual(after[1].after, [{ rule: 'test/a', why: 'both cannot be' }]);
});

test('a finding of the host about several guests gives way when none of them is left for it', () => {
  const all = [conflict('excludes', 'a', 'b')];
  const host = hostFinding('b', { guests: ['g1', 'g2'] });
  assert.deepEqual(stands(resolveConflicts([guestFinding('a'), host], all)), ['a@g1', 'b@node7']);
  const two = resolveConflicts([guestFinding('a'), guestFinding('a', { guest: 'g2' }), host], all);
  assert.deepEqual(stands(two), ['a@g1', 'a@g2']);
});

test('whose intents are asked: the guest’s, or the host’s where the pair says so', () => {
  const findings = [guestFinding('a', { intents: ['density'] }), hostFinding('b', { intents: ['latency', 'density'] })];
  const by = [
    ['latency', 1],
    ['density', 0],
  ] as const;
  assert.deepEqual(stands(resolveConflicts(findings, [conflict('excludes', 'a', 'b', { by })])), ['a@g1']);
  const asked = conflict('excludes', 'a', 'b', { by, asked: 'host' });
  assert.deepEqual(stands(resolveConflicts(findings, [asked])), ['b@node7']);
});

const onDisks = (id: string, ...disks: readonly string[]): Outcome =>
  guestFinding(id, {
    parts: disks.map(key => ({ key, saw: `${key}: ${id}` })),
    fix: [
      editDisks(
        'g1',
        disks.map(target => ({ target, place: 'driver/@cache', before: id, after: 'none' })),
      ),
    ],
  });

test('practices about disks meet on the same disk; what is said of others stays', () => {
  for (const kind of ['covers', 'excludes'] as const) {
    const all = [conflict(kind, 'a', 'b', { on: 'disk' })];
    assert.equal(stands(resolveConflicts([onDisks('a', 'vda'), onDisks('b', 'vdb')], all)).length, 2);
    assert.deepEqual(stands(resolveConflicts([onDisks('a', 'vda', 'vdb'), onDisks('b', 'vdb')], all)), ['a@g1']);
    const after = resolveConflicts([onDisks('a', 'vda'), onDisks('b', 'vda', 'vdb', 'vdc')], all);
    assert.deepEqual(stands(after), ['a@g1', 'b@g1']);
    const [first, left] = after;
    assert.ok(left?.outcome === 'bad' && first?.outcome === 'bad');
    assert.equal(left.finding.saw, 'vdb: b; vdc: b');
    assert.deepEqual(
      left.finding.parts?.map(({ key }) => key),
      ['vdb', 'vdc'],
    );
    const paths = ['vdb', 'vdc'].map(disk => `devices/disk[target/@dev='${disk}']/driver/@cache`);
    assert.deepEqual(
      left.finding.fix?.map(({ before, after: to }) => [before, to]),
      [[paths.map(path => ({ path, content: 'b' })), paths.map(path => ({ path, content: 'none' }))]],
    );
    assert.equal(first.tradeOffs?.length, kind === 'excludes' ? 1 : undefined);
    assert.deepEqual(contradictions(after, all), []);
  }
});

test('a finding on a guest’s disks and one on a single disk of it meet there', () => {
  const all = [conflict('excludes', 'a', 'b', { on: 'disk' })];
  const single = (disk: string): Outcome => guestFinding('b', { disk });
  assert.deepEqual(stands(resolveConflicts([onDisks('a', 'vda'), single('vda')], all)), ['a@g1']);
  assert.equal(stands(resolveConflicts([onDisks('a', 'vda'), single('vdb')], all)).length, 2);
});

test('what is waived, good or unknown takes no part', () => {
  const { rule, subject, intents } = guestFinding('a');
  const fine: Outcome = { rule, subject, intents, outcome: 'good', evidence: [] };
  const after = resolveConflicts([fine, guestFinding('b')], [conflict('excludes', 'a', 'b')]);
  assert.deepEqual(stands(after), ['b@g1']);
});

test('asking for one rule brings all that it could give way to', () => {
  const all = ['a', 'b', 'c', 'd'].map(ruleOf);
  const chain = [conflict('excludes', 'a', 'b'), conflict('covers', 'b', 'c')];
  assert.deepEqual(
    withOpponents(all.slice(0, 1), all, chain).map(({ id }) => id),
    ['test/a', 'test/b', 'test/c'],
  );
  assert.deepEqual(
    withOpponents(all.slice(3), all, chain).map(({ id }) => id),
    ['test/d'],
  );
});

const ids = ['a', 'b', 'c', 'd', 'e'] as const;
/** Conflicts point one way, as a chain does; a ring has no answer. */
const anyConflicts = fc.array(
  fc
    .record({
      from: fc.nat(3),
      step: fc.integer({ min: 1, max: 4 }),
      kind: fc.constantFrom('excludes', 'covers', 'joins'),
      wins: fc.constantFrom(0 as const, 1 as const),
    })
    .map(({ from, step, kind, wins }) => {
      const [one = 'a', other = 'b'] = [ids[from], ids[Math.min(4, from + step)]];
      return conflict(kind, one, other, kind === 'excludes' ? { otherwise: wins } : {});
    }),
  { maxLength: 8 },
);

test('whatever the conflicts: none that meet both stand, outcomes keep their order, and nothing vanishes without a word', () => {
  fc.assert(
    fc.property(anyConflicts, fc.subarray([...ids]), (conflicts, there) => {
      const before = there.map(id => guestFinding(id));
      const after = resolveConflicts(before, conflicts);
      assert.deepEqual(
        after.map(({ rule }) => rule.id),
        before.map(({ rule }) => rule.id),
      );
      assert.deepEqual(contradictions(after, conflicts), []);
      assert.ok(there.length === 0 || stands(after).length > 0);
      for (const reason of reasons(after)) assert.match(reason, /^gives way to test\/|^test\/\S+ sees to it$/);
    }),
  );
});
