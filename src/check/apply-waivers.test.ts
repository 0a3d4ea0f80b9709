import assert from 'node:assert/strict';
import test from 'node:test';
import { applyWaivers, type Judged } from '#check/apply-waivers';
import { defineRule } from '#check/define-rule';
import type { Outcome } from '#check/outcome';
import { good } from '#check/verdict';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';
import type { WaiverEntry } from '#wishes/waiver-entry';

const rule = defineRule({
  id: 'guest-net/virtio-model',
  subject: 'guest',
  guide: [],
  beyond: 'a test',
  severity: 'warning',
  says: 'It is so.',
  because: 'It is.',
  sources: [{ grade: 'documented', at: 'a document' }],
  intents: {},
  params: {},
  costs: [],
  needs: {},
  check: () => good,
  examples: [],
});

const now = new Date('2026-11-22T12:00:00Z');
const machine = collectMachine({ source: 'x', extent: 'host', sources: exampleSources({ name: 'x', expect: 'good' }) });
const judged: Judged = { machine, rules: new Set([rule.id]), isEveryGuest: true };

const found = (name: string, keys: readonly string[] = []): Outcome => ({
  rule,
  subject: { kind: 'guest', name, uuid: '11111111-2222-3333-4444-555555555555', source: 'x' },
  intents: ['general'],
  outcome: 'bad',
  severity: 'warning',
  finding: { verdict: 'bad', saw: 'it is not', parts: keys.map(key => ({ key, saw: `${key} is not` })) },
  evidence: [],
});
const other = (name: string, outcome: 'good' | 'unknown' | 'crashed'): Outcome => {
  const base = { rule, subject: { kind: 'guest', name, source: 'x' }, intents: [] } as const;
  if (outcome === 'good') return { ...base, outcome, evidence: [] };
  return outcome === 'unknown'
    ? { ...base, outcome, reason: 'not read' }
    : { ...base, outcome, error: new Error('failed') };
};
const waiver = (more: Partial<WaiverEntry> = {}): WaiverEntry => ({
  words: ['guest-net'],
  rules: new Set([rule.id]),
  hosts: [],
  guests: [],
  subjects: [],
  parts: [],
  reason: 'because',
  owner: 'ops',
  until: '2026-11-22',
  place: { file: 'n.yaml', line: 3, column: 5 },
  ...more,
});
const come = (outcomes: readonly Outcome[], waivers: readonly WaiverEntry[], of: Judged = judged): readonly string[] =>
  applyWaivers(outcomes, waivers, of, now).map(one =>
    one.outcome === 'bad'
      ? `${one.severity} ${one.subject.name}: ${one.rule.id}`
      : `${one.outcome} ${one.subject.name}`,
  );

test('a finding is waived by name, UUID or pattern of its guest, on the last day too', () => {
  const expected = ['waived db01', 'warning web01: guest-net/virtio-model'];
  const web = { ...found('web01'), subject: { kind: 'guest', name: 'web01', source: 'x' } } as const;
  for (const guests of [['db01'], ['11111111-2222-3333-4444-555555555555'], ['db*'], ['x', 'DB01', 'd?01']])
    assert.deepEqual(come([found('db01'), web], [waiver({ guests })]), expected, guests.join());
  const [first] = applyWaivers([found('db01')], [waiver()], judged, now);
  assert.deepEqual(first?.outcome === 'waived' && first.waiver, {
    owner: 'ops',
    reason: 'because',
    until: '2026-11-22',
  });
});

test('what was not judged, or crashed, is never waived', () => {
  const outcomes = [other('a', 'unknown'), other('b', 'crashed'), other('c', 'good')];
  assert.deepEqual(come(outcomes, [waiver()]), ['unknown a', 'crashed b', 'good c']);
});

test('an expired waiver hides nothing and is a finding', () => {
  assert.deepEqual(come([found('db01')], [waiver({ until: '2026-11-21' })]), [
    'warning db01: guest-net/virtio-model',
    'warning guest-net: waivers/in-date',
  ]);
  assert.deepEqual(come([other('db01', 'good')], [waiver({ until: '2026-11-21' })]), [
    'good db01',
    'hint guest-net: waivers/in-date',
  ]);
  assert.deepEqual(come([found('db01')], [waiver({ until: '2026-11-21' }), waiver()]), [
    'waived db01',
    'warning guest-net: waivers/in-date',
  ]);
});

test('a waiver that matches nothing any more is said, where all was looked at', () => {
  const outcomes = [other('db01', 'good')];
  assert.deepEqual(come(outcomes, [waiver({ guests: ['db01'] })]).slice(1), [
    'hint guest-net for db01: waivers/needed',
  ]);
  assert.deepEqual(come(outcomes, [waiver({ guests: ['gone'] })]).slice(1), [
    'hint guest-net for gone: waivers/needed',
  ]);
  assert.deepEqual(come(outcomes, [waiver({ hosts: ['elsewhere'] })]).slice(1), []);
  assert.deepEqual(come(outcomes, [waiver()], { ...judged, isEveryGuest: false }).slice(1), []);
  assert.deepEqual(come(outcomes, [waiver({ rules: new Set([rule.id, 'guest-net/else']) })]).slice(1), []);
  assert.deepEqual(come([other('db01', 'unknown')], [waiver()]).slice(1), []);
  const documents = { ...judged, machine: { ...machine, extent: 'documents' as const } };
  assert.deepEqual(come(outcomes, [waiver({ guests: ['gone'] })], documents).slice(1), []);
  assert.deepEqual(come(outcomes, [waiver()], documents).slice(1), ['hint guest-net: waivers/needed']);
});

test('a finding with parts is waived when all its parts are; else the waived ones are marked', () => {
  const parts = [waiver({ parts: ['vda'] }), waiver({ parts: ['vdb'], owner: 'dev' })];
  assert.deepEqual(come([found('db01', ['vda', 'vdb'])], parts), ['waived db01']);
  const [first] = applyWaivers([found('db01', ['vda', 'vdc'])], parts.slice(0, 1), judged, now);
  assert.ok(first?.outcome === 'bad');
  assert.deepEqual(
    first.finding.parts?.map(({ saw, waiver: by }) => [saw, by?.owner]),
    [
      ['vda is not (waived by ops until 2026-11-22)', 'ops'],
      ['vdc is not', undefined],
    ],
  );
  assert.deepEqual(come([found('db01', ['vdc'])], parts.slice(0, 1)), [
    'warning db01: guest-net/virtio-model',
    'hint guest-net for vda: waivers/needed',
  ]);
});
