import assert from 'node:assert/strict';
import test from 'node:test';
import { makeSchedulerLast } from '#change/recipes/lasting-scheduler';
import type { BlockDevice } from '#model/block-device';
import type { SchedulerAtBoot } from '#model/derived/scheduler-at-boot';
import { sketchDisk } from '../../../test/sketches.js';

const disk = (parts: Partial<BlockDevice> = {}): BlockDevice => sketchDisk({ name: 'sda', scheduler: 'bfq', ...parts });
const by = (kind: SchedulerAtBoot['by'], file: string | undefined): SchedulerAtBoot => ({
  value: 'bfq',
  owner: file === undefined ? 'the kernel' : `${file}:4`,
  file,
  by: kind,
});
const print = (device: BlockDevice, boot: SchedulerAtBoot | undefined): readonly string[] => {
  const { fix, otherwise } = makeSchedulerLast(device, 'mq-deadline', boot);
  return [
    ...fix.map(({ kind, on, before, after }) => `${kind} ${on.split(' ').at(-1)}: ${before} → ${after}`),
    ...(otherwise === undefined ? [] : [otherwise]),
  ];
};
const live = 'io-scheduler /sys/block/sda/queue/scheduler: bfq → mq-deadline';

test('now, and by a rule that tells the disk by its number', () => {
  const wwn = disk({
    properties: new Map([
      ['ID_SERIAL', 'S1'],
      ['ID_WWN', '0x5'],
    ]),
  });
  for (const boot of [undefined, by('kernel', undefined), by('udev', '/usr/lib/udev/rules.d/60-io-scheduler.rules')])
    assert.deepEqual(print(wwn, boot), [live, 'udev-rule ID_SERIAL=S1: undefined → mq-deadline']);
  assert.deepEqual(print(wwn, by('udev', '/etc/udev/rules.d/90-nearmetal.rules')), [
    live,
    'udev-rule ID_SERIAL=S1: bfq → mq-deadline',
  ]);
  const odd = new Map([['ID_SERIAL', 'a|b']]);
  assert.equal(print(disk({ properties: odd }), undefined).at(-1), 'udev-rule KERNEL=sda: undefined → mq-deadline');
  assert.equal(
    print(disk({ mapUuid: 'mpath-3600' }), undefined).at(-1),
    'udev-rule DM_UUID=mpath-3600: undefined → mq-deadline',
  );
});

test('what comes after our rule is named', () => {
  for (const boot of [
    by('udev', '/etc/udev/rules.d/99-site.rules'),
    by('write', '/etc/tmpfiles.d/io.conf'),
    by('tuned', '/etc/tuned/own/tuned.conf'),
  ])
    assert.deepEqual(print(disk(), boot), [
      live,
      `Choose mq-deadline for sda in ${boot.owner}, which decides at boot.`,
    ]);
});

test('a half that is there already is left alone', () => {
  assert.deepEqual(print(disk(), { ...by('kernel', undefined), value: 'mq-deadline' }), [live]);
  assert.deepEqual(print(disk({ scheduler: 'mq-deadline' }), undefined), [
    'udev-rule KERNEL=sda: undefined → mq-deadline',
  ]);
});
