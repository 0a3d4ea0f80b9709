import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { type DiskMatch, persistScheduler, udevRulesFile } from '#change/kinds/udev-rule';
import { parseUdevRules } from '#formats/conf/udev-rules';
import type { BlockDevice } from '#model/block-device';
import { udevScheduler } from '#model/derived/udev-scheduler';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';
import { sketchDisk } from '../../../test/sketches.js';

const wwn: DiskMatch = { key: 'ID_WWN', value: '0x5000c500a1b2c3d4' };
const vendor = `ACTION!="add|change", GOTO="end"
SUBSYSTEM!="block", GOTO="end"
ENV{DEVTYPE}!="disk", GOTO="end"
ATTR{queue/rotational}=="1", ATTR{queue/scheduler}="bfq"
ATTR{queue/rotational}!="1", ATTR{queue/scheduler}="none"
LABEL="end"
`;
const disk = (name: string, parts: Partial<BlockDevice>): BlockDevice =>
  sketchDisk({ name, isRotational: true, scheduler: 'bfq', ...parts });
const afterBoot = (device: BlockDevice, text: string): string | undefined =>
  udevScheduler(
    [
      { file: '/usr/lib/udev/rules.d/60-io-scheduler.rules', rules: parseUdevRules(vendor) },
      { file: udevRulesFile, rules: parseUdevRules(text) },
    ],
    device,
    [],
  )?.value;

test('the line is one that udev follows after the vendor’s, for the disk alone', () => {
  const properties = new Map([
    ['ID_WWN', wwn.value],
    ['DM_UUID', 'mpath-3600'],
  ]);
  const machine = new SimulatedMachine({ files: {} });
  assert.ok(machine.make(persistScheduler('sda', wwn, undefined, 'mq-deadline')));
  assert.ok(machine.make(persistScheduler('vda', { key: 'KERNEL', value: 'vda' }, undefined, 'mq-deadline')));
  assert.ok(machine.make(persistScheduler('dm-3', { key: 'DM_UUID', value: 'mpath-3600' }, undefined, 'kyber')));
  const text = machine.text(udevRulesFile) ?? '';
  assert.equal(
    text.split('\n')[1],
    'ACTION=="add|change", SUBSYSTEM=="block", ENV{DEVTYPE}=="disk", ENV{ID_WWN}=="0x5000c500a1b2c3d4", ATTR{queue/scheduler}="mq-deadline"',
  );
  // by whatever name
  assert.equal(afterBoot(disk('sdq', { properties: new Map([['ID_WWN', wwn.value]]) }), text), 'mq-deadline');
  assert.equal(afterBoot(disk('sda', { properties: new Map([['ID_WWN', 'another']]) }), text), 'bfq');
  assert.equal(afterBoot(disk('vda', { kind: 'virtio', properties: new Map([['X', '']]) }), text), 'mq-deadline');
  const map = disk('dm-7', { kind: 'multipath', properties: new Map([...properties].slice(1)) });
  assert.equal(afterBoot(map, text), 'kyber');
});

test('it is made, changed and taken away; the lines of others stay', () => {
  const theirs = '# mine\nKERNEL=="sdb", ATTR{queue/scheduler}="none"\n';
  for (const files of [{}, { [udevRulesFile]: theirs }])
    holdsEveryWay({ files }, persistScheduler('sda', wwn, undefined, 'mq-deadline'));
  const machine = new SimulatedMachine({ files: { [udevRulesFile]: theirs } });
  machine.make(persistScheduler('sda', wwn, undefined, 'none'));
  const files = { [udevRulesFile]: machine.text(udevRulesFile) ?? '' };
  holdsEveryWay({ files }, persistScheduler('sda', wwn, 'none', 'mq-deadline'));
  holdsEveryWay({ files }, persistScheduler('sda', wwn, 'none', undefined));
});

test('it owns the file that the running half owns', () => {
  const change = persistScheduler('sda', wwn, undefined, 'none');
  assert.deepEqual(kindOf(change).knobs(change), [{ knob: 'file /sys/block/sda/queue/scheduler', to: 'none' }]);
});

test('what could be a pattern, or end the value, is refused', () => {
  for (const value of ['', 'a"b', 'sd*', 'a b', '$env{X}', '%k', 'a|b', 'x\n'])
    assert.notEqual(
      kindOf({ kind: 'udev-rule' }).fault(persistScheduler('sda', { key: 'ID_SERIAL', value }, undefined, 'none')),
      undefined,
      value,
    );
});
