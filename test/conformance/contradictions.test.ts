import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { persistSysctl, setSysctl } from '#change/kinds/sysctl';
import { contradictions } from '#check/contradictions';
import type { Outcome } from '#check/outcome';
import type { bad } from '#check/verdict';
import { conflicts } from '#rules/conflicts';
import { judgeExample } from '../judge-example.js';
import { type RandomMachine, randomMachines } from '../random-machines.js';

const tell = (outcomes: readonly Outcome[]): string =>
  contradictions(outcomes, conflicts)
    .map(({ rules, about }) => `${rules.join(' and ')}: ${about}`)
    .join('\n');
/** The same machines each time, so that a change is judged by what it changes; told how many, others each time. */
const rounds = (usual: number): { numRuns: number; seed?: number } => {
  const told = process.env['NEARMETAL_RUNS'];
  return told === undefined ? { numRuns: usual, seed: 20261123 } : { numRuns: Number(told) };
};
const judge = ({ example, intents, policy }: RandomMachine): ReturnType<typeof judgeExample> =>
  judgeExample(example, intents, policy);

test('whatever the host, its guests and their intents, no recommendations contradict each other, and no rule crashes', () => {
  fc.assert(
    fc.property(randomMachines, machine => {
      const { before, after } = judge(machine);
      assert.deepEqual(
        before.filter(({ outcome }) => outcome === 'crashed').map(({ rule }) => rule.id),
        [],
      );
      assert.equal(tell(after), '');
      // nothing is lost without a word: what gave way names what it gave way to
      assert.equal(after.length, before.length);
      for (const [at, outcome] of before.entries()) {
        const now = after[at];
        if (outcome.outcome === 'bad' && now?.outcome !== 'bad')
          assert.ok(now?.outcome === 'not-applicable' && / sees to it$|^gives way to /.test(now.reason));
      }
    }),
    rounds(150),
  );
});

test('rules that all set the memory of a guest come to one value', () => {
  const xml =
    "<memory unit='MiB'>4000</memory><maxMemory slots='16' unit='GiB'>20</maxMemory><memoryBacking><hugepages/></memoryBacking>" +
    "<cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='4097' unit='MiB'/></numa></cpu>" +
    "<devices><memory model='dimm'><target><size unit='KiB'>524287</size><node>0</node></target></memory></devices>";
  const { before, after } = judgeExample({ guest: xml }, [['general']]);
  const rules = ['guest-memory/dimm-alignment', 'guest-memory/hugepages-size-fits', 'numa/vnuma-well-formed'];
  const bad = (outcomes: readonly Outcome[]): readonly string[] =>
    outcomes.flatMap(({ outcome, rule }) => (outcome === 'bad' && rules.includes(rule.id) ? [rule.id] : [])).sort();
  assert.deepEqual(bad(before), rules);
  assert.equal(tell(after), '');
  assert.deepEqual(bad(after), ['guest-memory/hugepages-size-fits']);
});

test('what gives way gives way to a finding that stands', () => {
  fc.assert(
    fc.property(randomMachines, machine => {
      const { before, after } = judge(machine);
      const standing = new Set(after.filter(({ outcome }) => outcome === 'bad').map(({ rule }) => rule.id));
      for (const [at, outcome] of after.entries()) {
        if (outcome.outcome !== 'not-applicable' || before[at]?.outcome !== 'bad') continue;
        const winner = /^gives way to (\S+)|^(\S+) sees to it$/.exec(outcome.reason);
        assert.ok(standing.has(winner?.[1] ?? winner?.[2] ?? ''), `${outcome.rule.id}: ${outcome.reason}`);
      }
    }),
    rounds(100),
  );
});

test('the check bites: without the resolver most random machines get contradictory advice', () => {
  const machines = fc.sample(randomMachines, { numRuns: 40, seed: 1 });
  const wrong = machines.filter(machine => tell(judge(machine).before) !== '');
  assert.ok(wrong.length > 10, `${wrong.length} of ${machines.length}`);
});

test('the check bites: a finding that is planted is found to contradict another', () => {
  const { after } = judgeExample({ files: { '/proc/sys/vm/swappiness': '60' } }, [['database']]);
  const own = after.find(({ rule }) => rule.id === 'host-memory/swappiness-value');
  assert.ok(own?.outcome === 'bad');
  assert.equal(tell(after), '');
  const planted = (fix: Parameters<typeof bad>[1]): Outcome => ({
    ...own,
    rule: { ...own.rule, id: 'test/planted' },
    finding: { verdict: 'bad', saw: 'planted', ...fix },
  });
  assert.match(
    tell([...after, planted({ fix: [setSysctl('vm.swappiness', '60', '35')[0]] })]),
    /vm\.swappiness: 10 and 35/,
  );
  // the half that is kept over reboots is the same knob
  assert.match(tell([...after, planted({ fix: [persistSysctl('vm.swappiness', '60')] })]), /vm\.swappiness/);
  assert.equal(tell([...after, planted({ fix: [persistSysctl('vm.swappiness', '10')] })]), '');
});
