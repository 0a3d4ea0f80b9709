import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { type KsmState, setKsm } from '#change/kinds/ksm';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const folder = '/sys/kernel/mm/ksm';
const files = (run: number, shared: number, scope: readonly [number, number] = [1, 256], available = 1_000_000) => ({
  [`${folder}/run`]: `${run}\n`,
  [`${folder}/pages_shared`]: `${shared}\n`,
  [`${folder}/pages_sharing`]: `${shared * 5}\n`,
  [`${folder}/merge_across_nodes`]: `${scope[0]}\n`,
  [`${folder}/max_page_sharing`]: `${scope[1]}\n`,
  '/proc/meminfo': `MemTotal: 8000000 kB\nMemAvailable:    ${available} kB\n`,
});
/** Merged pages come back as they will. */
const counters = /ksm\/pages_/;
const narrow = setKsm({ run: 1, mergeAcrossNodes: 1 }, { run: 1, mergeAcrossNodes: 0 });

test('the scope is written while nothing is merged, and KSM goes on', () => {
  const machine = new SimulatedMachine({ files: files(1, 1000) });
  assert.deepEqual(machine.steps(narrow), [
    { do: 'write-knob', path: `${folder}/run`, text: '2' },
    { do: 'wait', path: `${folder}/pages_shared`, until: '0', seconds: 600 },
    { do: 'write-knob', path: `${folder}/merge_across_nodes`, text: '0' },
    { do: 'write-knob', path: `${folder}/run`, text: '1' },
  ]);
  assert.throws(() => machine.do({ do: 'write-knob', path: `${folder}/merge_across_nodes`, text: '0' }), /EBUSY/);
  assert.deepEqual(
    new SimulatedMachine({ files: files(0, 0) }).steps(
      setKsm({ run: 0, mergeAcrossNodes: 1 }, { run: 0, mergeAcrossNodes: 0 }),
    ),
    [{ do: 'write-knob', path: `${folder}/merge_across_nodes`, text: '0' }],
  );
});

test('from every state to every other, broken off anywhere, and back', () => {
  const states: readonly KsmState[] = [0, 1, 2].flatMap(run =>
    [0, 1].flatMap(mergeAcrossNodes => [256, 1024].map(maxPageSharing => ({ run, mergeAcrossNodes, maxPageSharing }))),
  );
  for (const before of states)
    for (const after of states)
      for (const shared of before.run === 2 ? [0] : [0, 1000])
        holdsEveryWay(
          { files: files(before.run, shared, [before.mergeAcrossNodes ?? 1, before.maxPageSharing ?? 256]) },
          setKsm(before, after),
          before.run === 1 || after.run === 1 || shared > 0 ? counters : undefined,
        );
});

test('who starts it meanwhile is let alone where only the scope was changed', () => {
  const change = setKsm({ run: 0, mergeAcrossNodes: 1 }, { run: 0, mergeAcrossNodes: 0 });
  const machine = new SimulatedMachine({ files: files(0, 0) });
  assert.ok(machine.make(change));
  machine.do({ do: 'write-knob', path: `${folder}/run`, text: '1' });
  assert.deepEqual(machine.state(change), { run: 0, mergeAcrossNodes: 0 });
  assert.ok(machine.make(setKsm(change.after, change.before)));
  assert.equal(machine.text(`${folder}/run`), '1\n');
  assert.equal(machine.text(`${folder}/merge_across_nodes`), '1\n');
});

test('stopped with nothing merged is where 2 would bring it', () => {
  const change = setKsm({ run: 1 }, { run: 2 });
  const machine = new SimulatedMachine({ files: files(0, 0) });
  assert.deepEqual(machine.state(change), { run: 2 });
  assert.deepEqual(machine.steps(change), []);
  assert.deepEqual(new SimulatedMachine({ files: files(0, 10) }).state(change), { run: 0 });
});

test('there must be room to give all guests their own pages', () => {
  const obstacle = (start: Readonly<Record<string, string>>): string | undefined =>
    kindOf(narrow).obstacle(narrow, new SimulatedMachine({ files: start }).observe(narrow));
  assert.match(obstacle(files(1, 1000, [1, 256], 19_999)) ?? '', /takes at least 20000 KiB, and 19999 KiB/);
  assert.equal(obstacle(files(1, 1000, [1, 256], 20_000)), undefined);
  assert.equal(obstacle({}), 'this kernel has no KSM');
  assert.match(obstacle({ [`${folder}/run`]: '1\n' }) ?? '', /no merge_across_nodes/);
});

test('it owns what it changes', () => {
  const scope = { knob: `file ${folder}/merge_across_nodes`, to: '0' };
  assert.deepEqual(kindOf(narrow).knobs(narrow), [{ knob: `file ${folder}/run`, to: '1' }, scope]);
  const asleep = setKsm({ run: 0, mergeAcrossNodes: 1 }, { run: 0, mergeAcrossNodes: 0 });
  assert.deepEqual(kindOf(narrow).knobs(asleep), [scope]);
  assert.deepEqual(kindOf(narrow).knobs(setKsm({ run: 1 }, { run: 2 })), [{ knob: `file ${folder}/run`, to: '0' }]);
});

test('a kernel that does not give all pages back is left alone while pages are merged and NUMA balancing is on', () => {
  const on = (version: string, balancing: string, shared: number) => ({
    files: {
      ...files(1, shared),
      '/proc/sys/kernel/osrelease': `${version}\n`,
      '/proc/sys/kernel/numa_balancing': balancing,
    },
  });
  const obstacle = (machine: SimulatedMachine) => kindOf(narrow).obstacle(narrow, machine.observe(narrow));
  assert.match(obstacle(new SimulatedMachine(on('6.1.0-56-cloud-amd64', '1\n', 16))) ?? '', /Linux 6\.1 to 6\.5/);
  assert.equal(obstacle(new SimulatedMachine(on('6.1.0-56-cloud-amd64', '0\n', 16))), undefined);
  assert.equal(obstacle(new SimulatedMachine(on('6.1.0-56-cloud-amd64', '1\n', 0))), undefined);
  assert.equal(obstacle(new SimulatedMachine(on('6.6.0', '1\n', 16))), undefined);
  assert.equal(obstacle(new SimulatedMachine(on('5.14.21-150500.55-default', '1\n', 16))), undefined);
});
