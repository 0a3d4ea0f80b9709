import assert from 'node:assert/strict';
import test from 'node:test';
import { parseBootEntry, parseGrubEnvironment } from '#formats/conf/boot-entry';
import { findShellWrites } from '#formats/conf/shell-writes';
import { lastSetting, parseUnitFile } from '#formats/conf/unit-file';
import { pathOfUnit } from '#formats/conf/unit-name';

test('a unit file: continued lines, values taken back, the last of several', () => {
  const settings = parseUnitFile(`# c
[Service]
Type=oneshot
ExecStart=/bin/a
ExecStart=
ExecStart=/bin/sh -c "echo 1 \\
  > /sys/x"
RemainAfterExit=yes
[Socket]
ListenStream=/run/x
`);
  assert.deepEqual(
    settings.map(setting => [setting.name, setting.value, setting.line]),
    [
      ['Service.Type', 'oneshot', 3],
      ['Service.ExecStart', '/bin/sh -c "echo 1  > /sys/x"', 6],
      ['Service.RemainAfterExit', 'yes', 8],
      ['Socket.ListenStream', '/run/x', 10],
    ],
  );
  assert.equal(lastSetting([settings, parseUnitFile('[Service]\nType=simple')], 'Service.Type'), 'simple');
  assert.equal(lastSetting([settings], 'Service.Slice'), undefined);
});

test('names of mount units stand for paths', () => {
  assert.equal(pathOfUnit('dev-hugepages1G.mount'), '/dev/hugepages1G');
  assert.equal(pathOfUnit('-.mount'), '/');
  assert.equal(pathOfUnit('srv-my\\x2ddisk.mount'), '/srv/my-disk');
  assert.equal(pathOfUnit('none'), undefined);
});

test('boot entries keep all their options, with their places', () => {
  const entry = parseBootEntry(
    'abc-6.4',
    'title SLES\nversion 6.4\n# x\noptions root=/dev/sda quiet\noptions  a=1\nlinux /vmlinuz\n',
  );
  assert.equal(entry.version, '6.4');
  assert.deepEqual(entry.options, [
    { text: 'root=/dev/sda quiet', line: 4, column: 9 },
    { text: 'a=1', line: 5, column: 10 },
  ]);
});

test('the environment block of GRUB', () => {
  assert.deepEqual(
    parseGrubEnvironment('# GRUB Environment Block\nkernelopts=root=/dev/a quiet \nx=a\\\\b\n#########'),
    new Map([
      ['kernelopts', 'root=/dev/a quiet '],
      ['x', 'a\\b'],
    ]),
  );
});

test('writes of start-up scripts, understood or not', () => {
  const writes = findShellWrites(`#!/bin/sh
# echo never > /sys/kernel/mm/transparent_hugepage/enabled
if test -f /sys/kernel/mm/transparent_hugepage/defrag; then
  echo never > /sys/kernel/mm/transparent_hugepage/enabled
fi
echo "1" | sudo tee -a /sys/kernel/mm/ksm/run >/dev/null
echo $MODE > /sys/kernel/mm/transparent_hugepage/defrag
sysctl -w vm.swappiness=10 vm.x=2
cat /sys/block/sda/queue/scheduler
`);
  assert.deepEqual(
    writes.map(({ path, value, line }) => [path, value, line]),
    [
      ['/sys/kernel/mm/transparent_hugepage/enabled', 'never', 4],
      ['/sys/kernel/mm/ksm/run', '1', 6],
      ['/sys/kernel/mm/transparent_hugepage/defrag', undefined, 7],
      ['/proc/sys/vm/swappiness', '10', 8],
    ],
  );
});

test('a loop over paths gives them without a value', () => {
  assert.deepEqual(findShellWrites('for i in /sys/block/sd*/queue/scheduler; do\n echo none > $i\ndone'), [
    { path: '/sys/block/sd*/queue/scheduler', value: undefined, line: 1 },
  ]);
});

test('hostile scripts take no time', () => {
  const before = performance.now();
  findShellWrites(
    `${'echo '.repeat(200_000)}\n${'/sys/'.repeat(200_000)}>\necho ${' '.repeat(1_000_000)}x\n${'> /sys/a '.repeat(100_000)}`,
  );
  assert.ok(performance.now() - before < 30_000);
});
