import assert from 'node:assert/strict';
import test from 'node:test';
import { invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import { setTunedProfile } from '#change/kinds/tuned-profile';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const profile = (name: string) => ({ [`/usr/lib/tuned/${name}/tuned.conf`]: '[main]\n' });
const files = {
  '/etc/tuned/active_profile': 'balanced\n',
  '/etc/tuned/profile_mode': 'manual\n',
  ...profile('balanced'),
  ...profile('virtual-host'),
};

test('tuned is told, and its files say it for the next boot', () => {
  const change = setTunedProfile('balanced', 'virtual-host');
  holdsEveryWay({ files }, change);
  const machine = new SimulatedMachine({ files });
  assert.deepEqual(machine.steps(change).at(-1), { do: 'run', argv: ['tuned-adm', 'profile', 'virtual-host'] });
});

test('where tuned chooses by itself it is told to keep to the profile, and taken back it chooses again', () => {
  const auto = { ...files, '/etc/tuned/profile_mode': 'auto\n' };
  const change = setTunedProfile({ chosenByTuned: 'balanced' }, 'virtual-host');
  holdsEveryWay({ files: auto }, change);
  const machine = new SimulatedMachine({ files: auto });
  assert.ok(machine.make(change));
  assert.equal(machine.text('/etc/tuned/profile_mode'), 'manual\n');
  assert.deepEqual(machine.steps(invert(change)).at(-1), { do: 'run', argv: ['tuned-adm', 'auto_profile'] });
  // what was planned from its name alone starts from what is there
  assert.deepEqual(new SimulatedMachine({ files: auto }).state(setTunedProfile('balanced', 'virtual-host')), {
    chosenByTuned: 'balanced',
  });
});

test('a profile that is not installed is an obstacle', () => {
  const change = setTunedProfile('balanced', 'realtime-virtual-host');
  assert.match(
    kindOf(change).obstacle(change, new SimulatedMachine({ files }).observe(change)) ?? '',
    /no profile realtime-virtual-host here: install it/,
  );
});
