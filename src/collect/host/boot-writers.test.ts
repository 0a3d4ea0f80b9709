import assert from 'node:assert/strict';
import test from 'node:test';
import { bootWriterReadings } from '#collect/host/boot-writers';
import { type SketchedFile, sourcesOf } from '../../../test/sources-of.js';

const { tmpfiles, bootWrites, schedulerRules } = bootWriterReadings;
type Files = Readonly<Record<string, SketchedFile>>;

test('tmpfiles.d: knobs in the order of writing, overridden files and second lines for a path left out', () => {
  const fact = tmpfiles.read(
    sourcesOf({
      '/usr/lib/tmpfiles.d/10-thp.conf': 'w /sys/kernel/mm/transparent_hugepage/enabled - - - - always\n',
      '/etc/tmpfiles.d/10-thp.conf': 'd /run/x\nw /sys/kernel/mm/transparent_hugepage/enabled - - - - madvise\n',
      '/etc/tmpfiles.d/20-more.conf':
        'w /sys/kernel/mm/transparent_hugepage/enabled - - - - never\nw! /sys/block/*/queue/scheduler - - - - none\nw /run/not/a/knob - - - - 1\n',
    }),
  );
  assert.deepEqual(
    fact.state === 'known' && fact.value.map(({ path, value, file, line }) => [path, value, `${file}:${line}`]),
    [
      ['/sys/kernel/mm/transparent_hugepage/enabled', 'madvise', '/etc/tmpfiles.d/10-thp.conf:2'],
      ['/sys/block/*/queue/scheduler', 'none', '/etc/tmpfiles.d/20-more.conf:2'],
    ],
  );
  assert.equal(tmpfiles.read(sourcesOf({ '/etc/tmpfiles.d/a.conf': { denied: 'EACCES' } })).state, 'unknown');
});

test('start-up scripts and own units that something wants; vendor units, disabled ones and links are not looked into', () => {
  const unit = (command: string) => `[Service]\nType=oneshot\nExecStart=${command}\n`;
  const fact = bootWrites.read(
    sourcesOf({
      '/etc/systemd/system/no-thp.service': unit(
        '/bin/sh -c "echo never > /sys/kernel/mm/transparent_hugepage/enabled"',
      ),
      '/etc/systemd/system/basic.target.wants/no-thp.service': { link: '../no-thp.service' },
      '/etc/systemd/system/idle.service': unit('/bin/sh -c "echo 1 > /sys/kernel/mm/ksm/run"'),
      '/etc/systemd/system/alias.service': { link: '/usr/lib/systemd/system/x.service' },
      '/usr/lib/systemd/system/x.service': unit('/bin/sh -c "echo 2 > /sys/kernel/mm/ksm/run"'),
      '/etc/systemd/system/basic.target.wants/alias.service': { link: '../x.service' },
      '/etc/rc.local': '#!/bin/sh\nsysctl -w vm.swappiness=5\necho $X > /sys/kernel/mm/ksm/run\n',
      '/etc/rc.d/rc.local': { link: '../rc.local' },
    }),
  );
  assert.deepEqual(
    fact.state === 'known' && fact.value.map(({ path, value, file, line }) => [path, value, `${file}:${line}`]),
    [
      ['/sys/kernel/mm/transparent_hugepage/enabled', 'never', '/etc/systemd/system/no-thp.service:3'],
      ['/proc/sys/vm/swappiness', '5', '/etc/rc.local:2'],
      ['/sys/kernel/mm/ksm/run', undefined, '/etc/rc.local:3'],
    ],
  );
  assert.equal(bootWrites.read(sourcesOf({ '/etc/rc.local': { denied: 'EACCES' } })).state, 'unknown');
});

test('udev rules: whole files that choose a scheduler, in the order of udev', () => {
  const read = (files: Files) => schedulerRules.read(sourcesOf(files));
  const fact = read({
    '/usr/lib/udev/rules.d/60-io-scheduler.rules': 'ATTR{queue/rotational}=="1", ATTR{queue/scheduler}="bfq"\n',
    '/usr/lib/udev/rules.d/50-other.rules': 'KERNEL=="sda", SYMLINK+="x"\n',
    '/etc/udev/rules.d/90-own.rules': 'KERNEL=="sda", ATTR{queue/scheduler}="none"\n',
    '/etc/udev/rules.d/95-matches-only.rules': 'ATTR{queue/scheduler}=="none", SYMLINK+="y"\n',
  });
  assert.deepEqual(fact.state === 'known' && fact.value.map(({ file, rules }) => [file, rules.length]), [
    ['/usr/lib/udev/rules.d/60-io-scheduler.rules', 1],
    ['/etc/udev/rules.d/90-own.rules', 1],
  ]);
  const masked = read({
    '/usr/lib/udev/rules.d/60-io-scheduler.rules': 'ATTR{queue/scheduler}="bfq"\n',
    '/etc/udev/rules.d/60-io-scheduler.rules': { link: '/dev/null' },
  });
  assert.deepEqual(masked.state === 'known' && masked.value, []);
});
