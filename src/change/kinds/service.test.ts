import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { invert } from '#change/change';
import { kindOf } from '#change/kind-of';
import { type ServiceState, setService } from '#change/kinds/service';
import type { Observed, ObservedUnit } from '#change/observed';
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

const hasSystemctl = spawnSync('systemctl', ['--version']).status === 0;

/** A tree of files as systemctl --root sees it. */
const seenIn = (root: string): Observed => {
  const links = (name: string): readonly string[] =>
    readdirSync(join(root, 'etc/systemd/system'), { recursive: true, encoding: 'utf8' }).filter(path =>
      path.endsWith(`.wants/${name}`),
    );
  return {
    file: path => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
    folder: () => undefined,
    stamp: () => undefined,
    imageUse: () => ({ users: [], writers: [], overlays: [] }),
    guest: () => undefined,
    unit: name => ({
      isInstalled: existsSync(join(root, 'usr/lib/systemd/system', name)),
      isMasked: lstatSync(join(root, 'etc/systemd/system', name), { throwIfNoEntry: false })?.isSymbolicLink() === true,
      isEnabled: links(name).length > 0,
      isActive: false,
    }),
  };
};

test('the steps do the same in a tree with systemctl --root, links of other units included', {
  skip: !hasSystemctl && 'no systemctl here',
}, () => {
  const root = mkdtempSync(join(tmpdir(), 'nearmetal-'));
  try {
    const units = join(root, 'usr/lib/systemd/system');
    for (const folder of [units, join(root, 'etc/systemd/system')]) mkdirSync(folder, { recursive: true });
    const install = (lines: string): string => `[Unit]\nDescription=x\n[Install]\n${lines}`;
    writeFileSync(join(units, 'x.service'), install('WantedBy=multi-user.target\nAlso=a.socket\nAlso=b.socket\n'));
    for (const name of ['a.socket', 'b.socket']) writeFileSync(join(units, name), install('WantedBy=sockets.target\n'));
    const run = (...argv: readonly string[]): void =>
      assert.equal(spawnSync('systemctl', [`--root=${root}`, ...argv]).status, 0, argv.join(' '));
    const links = (): readonly string[] =>
      readdirSync(join(root, 'etc/systemd/system'), { recursive: true, encoding: 'utf8' })
        .filter(path => path.includes('/'))
        .sort();
    run('enable', 'a.socket');
    const change = setService('x.service', { isEnabled: false }, { isEnabled: true });
    const make = (one: typeof change): void => {
      for (const step of kindOf(one).steps(one, seenIn(root))) if (step.do === 'run') run(...step.argv.slice(1));
    };
    make(change);
    assert.deepEqual(links(), ['multi-user.target.wants/x.service', 'sockets.target.wants/a.socket']);
    make(invert(change));
    assert.deepEqual(links(), ['sockets.target.wants/a.socket']);
    const mask = setService('x.service', { isEnabled: false }, { isEnabled: false, isMasked: true });
    make(mask);
    assert.ok(seenIn(root).unit('x.service').isMasked);
    make(invert(mask));
    assert.ok(!seenIn(root).unit('x.service').isMasked);
  } finally {
    rmSync(root, { recursive: true });
  }
});
