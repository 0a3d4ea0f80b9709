import assert from 'node:assert/strict';
import test from 'node:test';
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

test('a profile that is not installed is an obstacle', () => {
  const change = setTunedProfile('balanced', 'realtime-virtual-host');
  assert.match(
    kindOf(change).obstacle(change, new SimulatedMachine({ files }).observe(change)) ?? '',
    /no profile realtime-virtual-host here: install it/,
  );
});
