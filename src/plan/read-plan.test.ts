import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Plan } from '#plan/plan';
import { planId } from '#plan/plan-id';
import { PlanFault, readPlan } from '#plan/read-plan';

const swappiness = {
  kind: 'sysctl',
  on: 'vm.swappiness',
  before: '60',
  after: '10',
  lasts: 'until-reboot',
  takesEffect: 'at-once',
} as const;

const planned = (number: number, change: Plan['changes'][number]['change']): Plan['changes'][number] => ({
  number,
  change,
  epoch: 'at-once',
  because: [{ rule: 'host-memory/swappiness-value', severity: 'warning', subject: 'host', saw: 'it is 60' }],
  waitsFor: [],
  costs: [],
  tradeOffs: [],
  owners: [],
  diff: 'vm.swappiness: 60 → 10\n',
});

const plan: Plan = {
  schema: 'nearmetal.plan/1',
  tool: 'nearmetal 0',
  source: 'this machine',
  host: { name: 'a', id: '0123456789abcdef' },
  policy: 'current',
  intents: [],
  changes: [planned(1, swappiness)],
  byHand: [],
  blocked: [{ on: 'guest a', why: 'it is transient' }],
  notes: [],
};

/** Where and why a plan is refused. */
function faultOf(text: string): string {
  try {
    readPlan(text);
  } catch (error) {
    assert.ok(error instanceof PlanFault, String(error));
    return `${error.place}: ${error.message}`;
  }
  return 'read';
}

const withChange = (change: object): string =>
  JSON.stringify({ ...plan, changes: [{ ...planned(1, swappiness), change: { ...swappiness, ...change } }] });

test('a plan that was written is read, and has the same name', () => {
  const read = readPlan(JSON.stringify(plan));
  assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(plan)));
  assert.equal(planId(read), planId(plan));
  assert.match(planId(plan), /^[0-9a-f]{12}$/);
});

test('what is no plan is refused, with the place', () => {
  assert.equal(faultOf(''), 'line 1, column 1: it is empty');
  assert.match(faultOf('{\n"schema" nearmetal'), /^line 2, column \d+: it is no JSON$/);
  assert.equal(faultOf('{}'), 'schema: it is no nearmetal.plan/1');
  assert.match(faultOf('[]'), /it is no nearmetal.plan.1$/);
  assert.equal(faultOf(JSON.stringify({ ...plan, schema: 'nearmetal.plan/2' })), 'schema: it is no nearmetal.plan/1');
  assert.match(faultOf(JSON.stringify({ ...plan, policy: 'mine' })), /^policy: invalid/);
  assert.match(faultOf(JSON.stringify({ ...plan, force: true })), /^force: invalid/);
});

test('a change that is none is refused, with the place', () => {
  assert.equal(
    faultOf(withChange({ kind: 'shell' })),
    'changes[0].change.kind: there is no kind of change called "shell"',
  );
  assert.match(faultOf(withChange({ kind: '__proto__' })), /there is no kind of change/);
  assert.equal(faultOf(withChange({ after: 10 })), 'changes[0].change: after is no state of sysctl');
  assert.match(faultOf(withChange({ after: '10\n11' })), /after is no state/);
  assert.match(faultOf(withChange({ on: '../../etc/passwd' })), /is no name of a sysctl/);
  assert.match(faultOf(withChange({ takesEffect: 'never' })), /^changes\[0\]\.change\.takesEffect/);
  assert.match(faultOf(withChange({ run: 'rm -rf /' })), /^changes\[0\]\.change\.run/);
});

test('changes are in their order, and wait for earlier ones only', () => {
  const changes = [planned(1, swappiness), planned(3, { ...swappiness, on: 'vm.max_map_count' })];
  assert.match(faultOf(JSON.stringify({ ...plan, changes })), /^changes\[1\]\.number: it is 3/);
  const waiting = [{ ...planned(1, swappiness), waitsFor: [1] }];
  assert.match(faultOf(JSON.stringify({ ...plan, changes: waiting })), /^changes\[0\]\.waitsFor/);
});

test('one knob set to two values is no plan', () => {
  const changes = [planned(1, swappiness), planned(2, { ...swappiness, after: '20' })];
  assert.match(
    faultOf(JSON.stringify({ ...plan, changes })),
    /sets sysctl vm\.swappiness to another value than change 1/,
  );
});

test('anything at any place of a plan is read or refused by name, and never crashes', () => {
  const paths: (readonly (string | number)[])[] = [];
  const collect = (value: unknown, path: readonly (string | number)[]): void => {
    paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      collect(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  collect(plan, []);
  const put = (value: unknown, [first, ...rest]: readonly (string | number)[], odd: unknown): unknown => {
    if (first === undefined) return odd;
    if (Array.isArray(value)) return value.map((inner, at) => (at === first ? put(inner, rest, odd) : inner));
    return Object.fromEntries(
      Object.entries(value ?? {}).map(([key, inner]) => [key, key === first ? put(inner, rest, odd) : inner]),
    );
  };
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, odd) => {
      faultOf(JSON.stringify(put(plan, path, odd)));
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string(), text => {
      faultOf(text);
    }),
  );
  assert.match(
    faultOf(`{"schema":"nearmetal.plan/1","tool":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    /^(?:tool|source): /,
  );
  assert.match(
    faultOf(withChange({ after: 'deep' }).replace('"deep"', '['.repeat(50_000) + ']'.repeat(50_000))),
    /after is no state/,
  );
});
