import assert from 'node:assert/strict';
import test from 'node:test';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import type { Kernel } from '#model/kernel';
import { absent, known, unknown } from '#model/known';
import type { Tuned } from '#model/service';
import { sketchHost, sketchSysctls } from '../../../test/sketches.js';

const line = (file: string, value: string, isReadAtBoot = true) => ({ file, line: 1, value, isReadAtBoot });
const files = (...lines: readonly ReturnType<typeof line>[]): Partial<Kernel> => ({
  sysctls: sketchSysctls({ 'vm.swappiness': lines }),
});
const tuned = (reapplies: boolean): Tuned => ({
  activeProfile: known('virtual-host'),
  settings: known([
    {
      section: 'sysctl',
      plugin: 'sysctl',
      key: 'vm.swappiness',
      value: '10',
      file: '/usr/lib/tuned/virtual-host/tuned.conf',
      line: 9,
      devices: undefined,
      condition: undefined,
    },
  ]),
  reappliesSysctl: known(reapplies),
});

function atBoot(kernel: Partial<Kernel>, by?: Tuned): string {
  const host = sketchHost();
  const fact = sysctlAtBoot(
    { ...host, kernel: { ...host.kernel, configuredCommandLine: absent(), ...kernel }, tuned: by ?? host.tuned },
    'vm.swappiness',
  );
  return fact.state === 'known' ? `${fact.value.value} by ${fact.value.by}` : fact.state;
}

test('the last file read at boot wins; a file that is not read counts as nothing', () => {
  assert.equal(atBoot({}), 'absent');
  assert.equal(
    atBoot(files(line('/usr/lib/sysctl.d/10.conf', '40'), line('/etc/sysctl.d/50.conf', '35'))),
    '35 by sysctl',
  );
  assert.equal(atBoot(files(line('/etc/sysctl.conf', '35', false))), 'absent');
});

test('tuned beats the vendor’s files, and the administrator’s beat tuned unless it is told not to reapply them', () => {
  assert.equal(atBoot(files(line('/usr/lib/sysctl.d/10.conf', '40')), tuned(true)), '10 by tuned');
  assert.equal(atBoot(files(line('/etc/sysctl.d/50.conf', '35')), tuned(true)), '35 by sysctl');
  assert.equal(atBoot(files(line('/etc/sysctl.d/50.conf', '35')), tuned(false)), '10 by tuned');
});

test('a write by tmpfiles.d or a script comes after all files; the command line before all', () => {
  const write = { path: '/proc/sys/vm/swappiness', value: '1', file: '/etc/rc.local', line: 2 };
  assert.equal(atBoot({ ...files(line('/etc/sysctl.d/50.conf', '35')), bootWrites: known([write]) }), '1 by write');
  const word = { name: 'sysctl.vm.swappiness', value: '5' };
  assert.equal(atBoot({ configuredCommandLine: known([word]) }), '5 by command-line');
  assert.equal(
    atBoot({ ...files(line('/etc/sysctl.d/50.conf', '35')), configuredCommandLine: known([word]) }),
    '35 by sysctl',
  );
});

test('a writer that cannot be read makes it unknown', () => {
  assert.equal(atBoot({ bootWrites: unknown('no right') }), 'unknown');
  assert.equal(atBoot({ tmpfiles: unknown('no right') }), 'unknown');
  const odd = { path: '/proc/sys/vm/swappiness', value: undefined, file: '/etc/rc.local', line: 2 };
  assert.equal(atBoot({ bootWrites: known([odd]) }), 'unknown');
});
