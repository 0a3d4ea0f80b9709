import assert from 'node:assert/strict';
import test from 'node:test';
import { hugePagesAtBoot } from '#model/derived/huge-pages-at-boot';
import type { Kernel, KernelParameter } from '#model/kernel';
import { known, unknown } from '#model/known';
import type { HugePagePool } from '#model/memory';
import type { Tuned } from '#model/service';
import { type Bytes, gib, mib } from '#units/bytes';
import { parseVersion } from '#units/version';
import { sketchHost, sketchMemory, sketchSysctls } from '../../../test/sketches.js';

const pool = (pageSize: Bytes): HugePagePool => ({
  pageSize,
  total: 0,
  free: 0,
  reserved: 0,
  surplus: 0,
  overcommit: 0,
  nodes: [0, 1].map(node => ({ node, total: 0, free: 0, surplus: 0 })),
});
const words = (line: string): readonly KernelParameter[] =>
  line.split(' ').map(word => ({ name: word.split('=')[0] ?? '', value: word.split('=')[1] }));
const sysctl = (value: string) =>
  sketchSysctls({ 'vm.nr_hugepages': [{ file: '/etc/sysctl.d/50.conf', line: 1, value, isReadAtBoot: true }] });
const toNode = (node: number, value: string) => ({
  path: `/sys/devices/system/node/node${node}/hugepages/hugepages-2048kB/nr_hugepages`,
  value,
  file: '/etc/tmpfiles.d/huge.conf',
  line: node + 1,
});

function atBoot(kernel: Partial<Kernel>, tuned?: Tuned): string {
  const host = sketchHost({ memory: sketchMemory({ hugePages: known([pool(mib(2)), pool(gib(1))]) }) });
  const fact = hugePagesAtBoot({
    ...host,
    kernel: { ...host.kernel, configuredCommandLine: known([]), ...kernel },
    tuned: tuned ?? host.tuned,
  });
  if (fact.state !== 'known') return fact.state;
  return fact.value
    .filter(({ owners }) => owners.length > 0)
    .map(
      ({ pageSize, total, nodes, owners }) =>
        `${total}×${pageSize / mib(1)}M${nodes ? ` ${[...nodes].join(' ')}` : ''} by ${owners.join(', ')}`,
    )
    .join('; ');
}

test('nothing sets pages', () => assert.equal(atBoot({}), ''));

test('the command line, then sysctl for the default size', () => {
  const configuredCommandLine = known(words('hugepagesz=2M hugepages=64 hugepagesz=1G hugepages=4'));
  assert.equal(atBoot({ configuredCommandLine }), '64×2M by kernel command line; 4×1024M by kernel command line');
  assert.equal(
    atBoot({ configuredCommandLine, sysctls: sysctl('512') }),
    '512×2M by kernel command line, /etc/sysctl.d/50.conf:1; 4×1024M by kernel command line',
  );
});

test('the running command line stands in where the configured one cannot be read', () => {
  const running = { configuredCommandLine: unknown('no right'), commandLine: known(words('hugepages=8')) };
  assert.equal(atBoot(running), '8×2M by kernel command line');
});

test('default_hugepagesz makes sysctl mean that size', () => {
  const configuredCommandLine = known(words('default_hugepagesz=1G'));
  assert.equal(atBoot({ configuredCommandLine, sysctls: sysctl('4') }), '4×1024M by /etc/sysctl.d/50.conf:1');
});

test('a write to one node leaves the others their even share', () => {
  assert.equal(
    atBoot({ sysctls: sysctl('513'), tmpfiles: known([toNode(1, '1000')]) }),
    '1257×2M 0,257 1,1000 by /etc/sysctl.d/50.conf:1, /etc/tmpfiles.d/huge.conf:2',
  );
  const script = { ...toNode(0, '7'), value: undefined };
  assert.equal(atBoot({ bootWrites: known([script]) }), 'unknown');
});

test('hugetlb_cma takes the place of gigantic pages, and node lists need Linux 5.16', () => {
  assert.equal(atBoot({ configuredCommandLine: known(words('hugetlb_cma=8G hugepagesz=1G hugepages=4')) }), '');
  const configuredCommandLine = known(words('hugepagesz=2M hugepages=0:8,1:4'));
  const version = (text: string) => known(parseVersion(text) ?? assert.fail());
  assert.equal(atBoot({ configuredCommandLine, version: version('5.16.0') }), '12×2M 0,8 1,4 by kernel command line');
  assert.equal(atBoot({ configuredCommandLine, version: version('5.15.99') }), '0×2M by kernel command line');
});

test('tuned sets sysctls, which files of the administrator beat unless told otherwise', () => {
  const setting = (plugin: string, key: string, value: string) => ({
    section: plugin,
    plugin,
    key,
    value,
    file: '/etc/tuned/own/tuned.conf',
    line: 3,
    devices: undefined,
    condition: undefined,
  });
  const tuned = (reapplies: boolean): Tuned => ({
    activeProfile: known('own'),
    settings: known([setting('sysctl', 'vm.nr_hugepages', '100')]),
    reappliesSysctl: known(reapplies),
  });
  assert.equal(atBoot({}, tuned(true)), '100×2M by /etc/tuned/own/tuned.conf:3');
  assert.equal(atBoot({ sysctls: sysctl('512') }, tuned(true)), '512×2M by /etc/sysctl.d/50.conf:1');
  assert.equal(atBoot({ sysctls: sysctl('512') }, tuned(false)), '100×2M by /etc/tuned/own/tuned.conf:3');
});
