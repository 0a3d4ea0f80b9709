import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { type DirtyLimit, setDirtyLimit } from '#change/kinds/dirty-limit';
import { sysctlDropIn } from '#change/kinds/sysctl';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const files = (name: string, limit: DirtyLimit): Readonly<Record<string, string>> => {
  const { bytes = 0, ratio = 0 }: { readonly bytes?: number; readonly ratio?: number } = { ...limit };
  const path = `/proc/sys/${name.replace('.', '/')}`;
  return { [`${path}_bytes`]: `${bytes}\n`, [`${path}_ratio`]: `${ratio}\n` };
};
const limits: readonly DirtyLimit[] = [{ ratio: 20 }, { ratio: 0 }, { bytes: 1_073_741_824 }, { bytes: 8192 }];

test('from bytes to a ratio and back, whatever is written clears the other', () => {
  for (const name of ['vm.dirty', 'vm.dirty_background'] as const)
    for (const before of limits)
      for (const after of limits) holdsEveryWay({ files: files(name, before) }, setDirtyLimit(name, before, after)[0]);
});

test('a ratio of 0 beside bytes is written by way of 1', () => {
  const [change] = setDirtyLimit('vm.dirty', { bytes: 8192 }, { ratio: 0 });
  const machine = new SimulatedMachine({ files: files('vm.dirty', change.before) });
  assert.deepEqual(
    machine.steps(change).map(step => step.do === 'write-knob' && step.text),
    ['1', '0'],
  );
});

test('our drop-in has one line for both names', () => {
  for (const text of [
    undefined,
    'vm.swappiness = 10\n',
    '# mine\nvm.dirty_ratio = 40\nvm.swappiness = 10\n',
    'vm/dirty_bytes=8192\n',
  ]) {
    const before = text?.includes('ratio') ? { ratio: 40 } : text?.includes('bytes') ? { bytes: 8192 } : undefined;
    const [, change] = setDirtyLimit('vm.dirty', { ratio: 20 }, { bytes: 1_073_741_824 }, before);
    const start = { files: text === undefined ? {} : { [sysctlDropIn]: text } };
    // the way back writes a line anew, in our own spelling
    holdsEveryWay(start, change, text?.includes('vm/') ? /nearmetal/ : undefined);
    const machine = new SimulatedMachine(start);
    machine.make(change);
    assert.equal(machine.text(sysctlDropIn)?.match(/dirty/g)?.length, 1);
  }
});

test('both names are knobs of it', () => {
  const [change] = setDirtyLimit('vm.dirty', { ratio: 20 }, { bytes: 8192 });
  assert.deepEqual(kindOf(change).knobs(change), [
    { knob: 'sysctl vm.dirty_bytes', to: '8192' },
    { knob: 'sysctl vm.dirty_ratio', to: '0' },
  ]);
  assert.equal(kindOf(change).fault({ ...change, after: { bytes: 1, ratio: 2 } }), 'after is no state of dirty-limit');
  assert.match(kindOf(change).fault({ ...change, on: 'vm.swappiness' }) ?? '', /no limit/);
});
