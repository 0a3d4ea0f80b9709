import assert from 'node:assert/strict';
import test from 'node:test';
import { sysctlReadings } from '#collect/host/sysctls';
import { type SketchedFile, sourcesOf } from '../../../test/sources-of.js';

const { running, settings } = sysctlReadings.sysctls['vm.swappiness'];
const lines = (files: Readonly<Record<string, SketchedFile>>) => {
  const fact = settings.read(sourcesOf(files));
  assert.equal(fact.state, 'known');
  return fact.state === 'known'
    ? fact.value.map(
        ({ file, line, value, isReadAtBoot }) => `${file}:${line} ${value}${isReadAtBoot ? '' : ' unread'}`,
      )
    : [];
};

test('the running value, a key that this kernel lacks, one that may not be read, one that was not captured', () => {
  const fact = running.read(sourcesOf({ '/proc/sys/vm/swappiness': '60\n' }));
  assert.deepEqual(fact, { state: 'known', value: '60', evidence: [{ from: '/proc/sys/vm/swappiness', value: '60' }] });
  assert.equal(running.read(sourcesOf({})).state, 'absent');
  assert.equal(running.read(sourcesOf({ '/proc/sys/vm/swappiness': { denied: 'EACCES' } })).state, 'unknown');
  assert.equal(running.read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
});

test('all lines in the order in which they are applied at boot: the last one wins', () => {
  assert.deepEqual(
    lines({
      '/proc/sys/kernel/osrelease': '5.14.21-150500-default\n',
      '/boot/sysctl.conf-5.14.21-150500-default': 'vm.swappiness = 1\n',
      '/usr/lib/sysctl.d/50-vendor.conf': '\nvm.swappiness = 2\n',
      '/usr/lib/sysctl.d/60-same.conf': 'vm.swappiness = 3\n',
      '/etc/sysctl.d/60-same.conf': 'vm/swappiness = 4\n',
      '/run/sysctl.d/70-run.conf': 'vm.* = 5\n',
      '/etc/sysctl.d/99-sysctl.conf': { link: '../sysctl.conf' },
      '/etc/sysctl.conf': '# c\nvm.swappiness = 6\n',
    }),
    [
      '/boot/sysctl.conf-5.14.21-150500-default:1 1',
      '/usr/lib/sysctl.d/50-vendor.conf:2 2',
      '/etc/sysctl.d/60-same.conf:1 4',
      '/etc/sysctl.conf:2 6',
    ],
  );
});

test('/etc/sysctl.conf without a link to it is not read at boot', () => {
  assert.deepEqual(lines({ '/etc/sysctl.conf': 'vm.swappiness = 6\n', '/etc/sysctl.d/a.conf': 'vm.swappiness=1' }), [
    '/etc/sysctl.conf:1 6 unread',
    '/etc/sysctl.d/a.conf:1 1',
  ]);
});

test('nothing sets it, and where nobody may look nobody knows', () => {
  assert.deepEqual(lines({}), []);
  assert.equal(settings.read(sourcesOf({ '/etc/sysctl.d/x.conf': { denied: 'EACCES' } })).state, 'unknown');
  assert.equal(settings.read(sourcesOf({ '/etc/sysctl.conf': { denied: 'EACCES' } })).state, 'unknown');
});

test('the evidence of a setting is its line', () => {
  const fact = settings.read(sourcesOf({ '/etc/sysctl.d/a.conf': '\n\nvm.swappiness=35' }));
  assert.deepEqual(fact.state === 'known' && fact.evidence, [
    {
      from: '/etc/sysctl.d/a.conf',
      value: 'vm.swappiness = 35',
      place: { file: '/etc/sysctl.d/a.conf', line: 3, column: 1 },
    },
  ]);
});

test('files that nothing reads: a misspelt name, a name without .conf; copies and READMEs are left alone', () => {
  const stray = (files: Readonly<Record<string, SketchedFile>>) =>
    sysctlReadings.strayedSysctlFiles.read(sourcesOf(files));
  const fact = stray({
    '/etc/systcl.conf': { denied: 'EACCES' },
    '/etc/sysctl.d/60-swap': 'vm.swappiness=1',
    '/etc/sysctl.d/README': 'a = b',
    '/etc/sysctl.d/a.conf.rpmsave': 'vm.swappiness=1',
    '/etc/sysctl.d/notes': 'no settings',
  });
  assert.deepEqual(fact.state === 'known' && fact.value, ['/etc/systcl.conf', '/etc/sysctl.d/60-swap']);
  const none = stray({ '/etc/sysctl.conf': 'vm.swappiness=1' });
  assert.deepEqual(none.state === 'known' && none.value, []);
});
