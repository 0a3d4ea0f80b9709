import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { setMountOption } from '#change/kinds/mount-option';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const mounts = (options: string): Readonly<Record<string, string>> => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw,nosuid${options} 0 0\n`,
});

test('an option of a tmpfs is changed by a remount, and changed back', () => {
  // the kernel shows no option that is off
  holdsEveryWay({ files: mounts('') }, setMountOption('/dev/shm', 'huge', 'never', 'advise'));
  holdsEveryWay({ files: mounts(',huge=advise') }, setMountOption('/dev/shm', 'huge', 'advise', undefined));
  const change = setMountOption('/dev/shm', 'huge', 'never', 'advise');
  const machine = new SimulatedMachine({ files: mounts('') });
  assert.deepEqual(machine.steps(change), [{ do: 'run', argv: ['mount', '-o', 'remount,huge=advise', '/dev/shm'] }]);
});

test('what is not mounted, and options of another kind, are refused', () => {
  const change = setMountOption('/srv', 'huge', undefined, 'advise');
  const machine = new SimulatedMachine({ files: mounts('') });
  assert.match(kindOf(change).obstacle(change, machine.observe(change)) ?? '', /nothing is mounted on \/srv/);
  assert.notEqual(kindOf(change).fault(setMountOption('/srv', 'exec', undefined, 'x')), undefined);
});
