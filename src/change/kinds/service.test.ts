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

test('what is enabled or disabled along with a unit comes back to how it was', () => {
  const also = '[Install]\nWantedBy=multi-user.target\nAlso=a.socket b.socket\nAlso=c.socket\n';
  const socket = '[Install]\nWantedBy=sockets.target\n';
  const files = {
    ...file('x.service', also),
    ...file('a.socket', socket),
    ...file('b.socket', socket),
    ...file('c.socket', '[Install]\nAlso=x.service\n'),
  };
  const units = { 'a.socket': { isEnabled: true } };
  const change = setService('x.service', state(false, false), state(true, true));
  const machine = new SimulatedMachine({ files, units });
  assert.ok(machine.make(change));
  assert.deepEqual(
    [machine.units.observe('a.socket').isEnabled, machine.units.observe('b.socket').isEnabled],
    [true, false],
  );
  assert.deepEqual(
    machine.steps(invert(change)).map(step => (step.do === 'run' ? step.argv.slice(1).join(' ') : '')),
    ['stop x.service', 'disable x.service', 'enable a.socket', 'disable b.socket'],
  );
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
