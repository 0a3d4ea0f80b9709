import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { kindOf } from '#change/kind-of';
import { setScheduler } from '#change/kinds/io-scheduler';
import { persistSysfs, setSysfs, tmpfilesFile } from '#change/kinds/sysfs';
import { parseTmpfiles, printTmpfilesArgument } from '#formats/conf/tmpfiles';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const thp = '/sys/kernel/mm/transparent_hugepage';
const run = '/sys/kernel/mm/ksm/run';

test('what the kernel prints with brackets is the word in them', () => {
  const texts = {
    [`${thp}/enabled`]: 'always madvise [never]\n',
    [`${thp}/defrag`]: 'always defer defer+madvise [madvise] never\n',
    [`${thp}/shmem_enabled`]: 'always within_size advise [never] deny force\n',
    [`${thp}/hugepages-2048kB/enabled`]: 'always [inherit] madvise never\n',
    '/sys/kernel/mm/ksm/pages_to_scan': '100\n',
  };
  for (const [name, before, after] of [
    ['enabled', 'never', 'madvise'],
    ['defrag', 'madvise', 'defer+madvise'],
    ['shmem_enabled', 'never', 'advise'],
    ['hugepages-2048kB/enabled', 'inherit', 'never'],
    ['../ksm/pages_to_scan', '100', '1250'],
  ] as const) {
    const path = `${thp}/${name}`.replace('/transparent_hugepage/..', '');
    holdsEveryWay({ files: texts }, setSysfs(path, before, after)[0]);
  }
});

test('a word that the kernel does not offer, and a file that is not there, are obstacles', () => {
  const obstacle = (files: Readonly<Record<string, string>>): string | undefined => {
    const [change] = setSysfs(`${thp}/defrag`, 'always', 'defer+madvise');
    return kindOf(change).obstacle(change, new SimulatedMachine({ files }).observe(change));
  };
  assert.match(
    obstacle({ [`${thp}/defrag`]: '[always] madvise never\n' }) ?? '',
    /offers always, madvise, never, not defer\+madvise/,
  );
  assert.match(obstacle({}) ?? '', /this machine has no/);
});

test('a scheduler is the word in brackets; a device without a queue has none', () => {
  const path = '/sys/block/sda/queue/scheduler';
  holdsEveryWay({ files: { [path]: 'none mq-deadline kyber [bfq]\n' } }, setScheduler('sda', 'bfq', 'none'));
  const change = setScheduler('sda', 'none', 'mq-deadline');
  const machine = new SimulatedMachine({ files: { [path]: 'none\n' } });
  assert.equal(machine.state(change), 'none');
  assert.match(kindOf(change).obstacle(change, machine.observe(change)) ?? '', /offers none, not mq-deadline/);
});

test('our line of tmpfiles.d is made, changed and taken away; what others wrote into the file stays', () => {
  const files = { [run]: '0\n' };
  holdsEveryWay({ files }, persistSysfs(run, '1'));
  const theirs = '# ours\nw /sys/other - - - - 5\n';
  holdsEveryWay({ files: { [tmpfilesFile]: theirs } }, persistSysfs(run, '1'));
  holdsEveryWay({ files: { [tmpfilesFile]: `${theirs}w ${run} - - - - 0\n` } }, persistSysfs(run, '1', '0'));
  holdsEveryWay({ files: { [tmpfilesFile]: `${theirs}w ${run} - - - - 0\n` } }, persistSysfs(run, undefined, '0'));
  const machine = new SimulatedMachine({ files: {} });
  assert.ok(machine.make(persistSysfs(run, '1')));
  assert.equal(
    machine.text(tmpfilesFile),
    '# Written by nearmetal; “nearmetal undo” takes its lines back.\nw /sys/kernel/mm/ksm/run - - - - 1\n',
  );
});

test('of two lines for a path the first counts', () => {
  const files = { [tmpfilesFile]: `w ${run} - - - - 1\nw ${run} - - - - 0\n` };
  const change = persistSysfs(run, '2', '1');
  const machine = new SimulatedMachine({ files });
  assert.equal(machine.state(change), '1');
  assert.ok(machine.make(change));
});

test('any value reads back as it was written', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }), text => {
      fc.pre(!text.includes('\0'));
      const [line] = parseTmpfiles(`w /sys/a - - - - ${printTmpfilesArgument(text)}`);
      assert.equal(line?.argument?.replaceAll('%%', '%'), text);
    }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }), text => {
      const value = text.trim();
      fc.pre(value !== '' && !value.includes('\n'));
      holdsEveryWay({ files: {} }, persistSysfs(run, value));
    }),
  );
});

test('what is no knob is refused', () => {
  for (const path of ['/etc/passwd', '/sys/../etc/passwd', '/sys/a b', '/sys/*', 'sys/a', '/sys//a']) {
    const [live, stored] = setSysfs(path, '0', '1');
    assert.notEqual(kindOf(live).fault(live), undefined, path);
    assert.notEqual(kindOf(stored).fault(stored), undefined, path);
  }
});
