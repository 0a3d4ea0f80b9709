import assert from 'node:assert/strict';
import test from 'node:test';
import { invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import { type ServiceState, setService } from '#change/kinds/service';
import type { ObservedUnit } from '#change/observed';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine, type SimulationStart } from '../../../test/simulated-machine/simulated-machine.js';

const file = (name: string, install = '[Install]\nWantedBy=multi-user.target\n'): SimulationStart['files'] => ({
  [`/usr/lib/systemd/system/${name}`]: `[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n${install}`,
});
const state = (isEnabled: boolean, isActive: boolean): ServiceState => ({ isEnabled, isActive });
const obstacle = (start: SimulationStart, change: ReturnType<typeof setService>): string =>
  kindOf(change).obstacle(change, new SimulatedMachine(start).observe(change)) ?? 'none';
const argv = (unit: Partial<ObservedUnit>, after: ServiceState): readonly string[] => {
  const change = setService('x.service', state(false, false), after);
  return new SimulatedMachine({ files: file('x.service'), units: { 'x.service': unit } })
    .steps(change)
    .map(step => (step.do === 'run' ? step.argv.slice(1).join(' ') : step.do));
};

test('a unit is enabled and started, stopped and disabled, and each way back', () => {
  const start = { files: file('x.service') };
  holdsEveryWay(start, setService('x.service', state(false, false), state(true, true)));
  holdsEveryWay(start, setService('x.service', state(false, false), state(true, false)));
  holdsEveryWay(start, setService('x.service', state(false, false), { ...state(false, false), isMasked: true }));
});

test('only what differs is done: stopped before it is disabled, enabled before it is started', () => {
  assert.deepEqual(argv({ isEnabled: true, isActive: true }, state(false, false)), [
    'stop x.service',
    'disable x.service',
  ]);
  assert.deepEqual(argv({ isEnabled: false, isActive: true }, state(true, true)), ['enable x.service']);
  assert.deepEqual(argv({}, state(true, true)), ['enable x.service', 'start x.service']);
  assert.deepEqual(argv({ isMasked: true }, state(true, false)), ['unmask x.service', 'enable x.service']);
  assert.deepEqual(argv({ isActive: true }, { ...state(false, false), isMasked: true }), [
    'stop x.service',
    'mask x.service',
  ]);
});

test('units that are disabled along with it are enabled again on the way back', () => {
  const before = { ...state(false, true), alsoEnabled: ['x.socket'] };
  const machine = new SimulatedMachine({
    files: { ...file('x.service'), ...file('x.socket') },
    units: { 'x.service': { isActive: true } },
  });
  const change = setService('x.service', before, state(true, true));
  assert.ok(machine.make(change));
  assert.deepEqual(machine.steps(invert(change)), [
    { do: 'run', argv: ['systemctl', 'disable', 'x.service'] },
    { do: 'run', argv: ['systemctl', 'enable', 'x.socket'] },
  ]);
});

test('what keeps a unit from being switched is told', () => {
  const on = setService('x.service', state(false, false), state(true, true));
  assert.match(obstacle({ files: {} }, on), /not installed/);
  assert.match(obstacle({ files: file('x.service', '') }, on), /no \[Install\] section/);
  assert.match(
    obstacle({ files: file('x.service'), units: { 'x.service': { isMasked: true } } }, on),
    /systemctl unmask x\.service/,
  );
  assert.equal(obstacle({ files: file('x.service') }, on), 'none');
  const template = setService('getty@.service', state(false, false), state(false, true));
  assert.match(obstacle({ files: file('getty@.service') }, template), /template/);
});

test('a name that is no unit is refused', () => {
  const { fault } = kindOf(setService('x.service', state(false, false), state(true, true)));
  for (const name of ['x', '--now', 'x.service;reboot', '../x.service', 'x.service y.service'])
    assert.match(fault(setService(name, state(false, false), state(true, true))) ?? '', /no name of a unit/);
});
