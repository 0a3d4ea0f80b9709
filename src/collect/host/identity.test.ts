import assert from 'node:assert/strict';
import test from 'node:test';
import { architecture } from '#collect/host/architecture';
import { distribution, hostId, hostName } from '#collect/host/identity';
import { kernelVersion } from '#collect/host/kernel-version';
import { libvirtVersion, qemuVersion } from '#collect/host/versions';
import { valueIfKnown } from '#model/known';
import { sourcesFrom } from '../../../test/sources-from.js';

const machineId = '4c0f1d3a5b7e49218e6d0a1b2c3d4e5f';

test('the id is stable and shows neither the machine id nor the host UUID', () => {
  const uuid = '4c4c4544-0051-4210-8052-b4c04f4d5a31';
  const capabilities = { value: `<capabilities><host><uuid>${uuid}</uuid></host></capabilities>` };
  const own = hostId.read(sourcesFrom({ files: { '/etc/machine-id': `${machineId}\n` }, libvirt: { capabilities } }));
  const other = hostId.read(sourcesFrom({ libvirt: { capabilities } }));
  assert.match(valueIfKnown(own) ?? '', /^[0-9a-f]{16}$/);
  assert.match(valueIfKnown(other) ?? '', /^[0-9a-f]{16}$/);
  assert.notEqual(valueIfKnown(own), valueIfKnown(other));
  assert.doesNotMatch(JSON.stringify(own), new RegExp(machineId));
  assert.equal(hostId.read(sourcesFrom({ files: { '/etc/machine-id': 'uninitialized\n' } })).state, 'unknown');
  assert.equal(hostId.read(sourcesFrom({})).state, 'unknown');
});

test('the host name: the kernel’s, else the file’s first line that is no comment, else libvirt’s', () => {
  const name = (files: Readonly<Record<string, string>>): string | undefined =>
    valueIfKnown(hostName.read(sourcesFrom({ files, libvirt: { hostname: { value: 'remote' } } })));
  assert.equal(name({ '/proc/sys/kernel/hostname': 'node7\n', '/etc/hostname': 'x' }), 'node7');
  assert.equal(name({ '/etc/hostname': '# mine\n\nnode8\n' }), 'node8');
  assert.equal(name({}), 'remote');
});

test('the distribution: /etc before /usr/lib; without either it is absent, unread it is unknown', () => {
  const files = { '/usr/lib/os-release': 'ID=debian\nVERSION_ID="12"\n' };
  assert.equal(valueIfKnown(distribution.read(sourcesFrom({ files })))?.id, 'debian');
  const both = { ...files, '/etc/os-release': 'ID=sles\n' };
  assert.equal(valueIfKnown(distribution.read(sourcesFrom({ files: both })))?.id, 'sles');
  assert.equal(distribution.read(sourcesFrom({})).state, 'absent');
  assert.equal(distribution.read(sourcesFrom({ missing: 'not-captured' })).state, 'unknown');
  assert.equal(distribution.read(sourcesFrom({ files: { '/etc/os-release': { denied: 'EACCES' } } })).state, 'unknown');
});

test('the kernel’s version: osrelease, else what /proc/version says, else uname', () => {
  const version = (machine: Parameters<typeof sourcesFrom>[0]) =>
    valueIfKnown(kernelVersion.read(sourcesFrom(machine)))?.numbers;
  assert.deepEqual(version({ files: { '/proc/sys/kernel/osrelease': '6.4.0-150600.23.25-default\n' } }), [6, 4, 0]);
  assert.deepEqual(
    version({ files: { '/proc/version': 'Linux version 5.14.21-150400 (geeko@build)\n' } }),
    [5, 14, 21],
  );
  assert.deepEqual(version({ commands: { 'uname -r': '4.18.0-553.el8.x86_64\n' } }), [4, 18, 0]);
  assert.equal(kernelVersion.read(sourcesFrom({ files: { '/proc/version': 'Linux' } })).state, 'unknown');
});

test('the architecture: the kernel’s file, libvirt’s node info, uname; a word of neither is not taken', () => {
  const node = { model: 'ppc64le', memoryKib: 1, cpus: 1, mhz: 1, nodes: 1, sockets: 1, cores: 1, threads: 1 };
  const name = (machine: Parameters<typeof sourcesFrom>[0]) => valueIfKnown(architecture.read(sourcesFrom(machine)));
  assert.equal(
    name({ files: { '/proc/sys/kernel/arch': 'aarch64\n' }, libvirt: { node: { value: node } } }),
    'aarch64',
  );
  assert.equal(name({ libvirt: { node: { value: node } } }), 'ppc64le');
  assert.equal(name({ commands: { 'uname -m': 's390x\n' } }), 's390x');
  assert.equal(name({ libvirt: { node: { value: { ...node, model: '\u001b[31m' } } } }), undefined);
  const none = architecture.read(sourcesFrom({}));
  assert.equal(none.state === 'unknown' && none.remedy, 'uname -m');
});

test('QEMU’s version: of libvirt’s QEMU driver, else of the package; another driver’s number is not QEMU’s', () => {
  const answer = { hypervisorVersion: { value: 8_002_002 } };
  const qemu = (machine: Parameters<typeof sourcesFrom>[0]) =>
    valueIfKnown(qemuVersion.read(sourcesFrom(machine)))?.text;
  assert.equal(qemu({ libvirt: answer }), '8.2.2');
  assert.equal(qemu({ libvirt: { ...answer, uri: 'xen:///system' } }), undefined);
  const status = 'Package: qemu-system-x86\nStatus: install ok installed\nVersion: 1:7.2+dfsg-7+deb12u7\n';
  assert.equal(qemu({ files: { '/var/lib/dpkg/status': status } }), '7.2+dfsg-7+deb12u7');
  const rpm = 'rpm -q --queryformat %{VERSION}\\n';
  assert.equal(
    qemu({ commands: { [`${rpm} qemu`]: 'package qemu is not installed\n', [`${rpm} qemu-kvm-core`]: '9.1.0\n' } }),
    '9.1.0',
  );
});

test('a package that is not installed is absent; a database that only rpm reads is unknown, with the command', () => {
  const status = { '/var/lib/dpkg/status': 'Package: bash\nStatus: install ok installed\nVersion: 5\n' };
  assert.equal(libvirtVersion.read(sourcesFrom({ files: status })).state, 'absent');
  const unread = qemuVersion.read(sourcesFrom({}));
  assert.equal(unread.state === 'unknown' && unread.remedy, 'rpm -q --queryformat %{VERSION}\\n qemu');
  const missing = { 'rpm -q --queryformat %{VERSION}\\n libvirt-daemon': 'package libvirt-daemon is not installed\n' };
  assert.equal(libvirtVersion.read(sourcesFrom({ commands: missing })).state, 'absent');
  assert.deepEqual(
    valueIfKnown(libvirtVersion.read(sourcesFrom({ libvirt: { libvirtVersion: { value: 10_000_000 } } })))?.numbers,
    [10, 0, 0],
  );
});

test('a status file that was cut off does not say that a package is missing', () => {
  const status = { '/var/lib/dpkg/status': 'x'.repeat(8 * 1024 * 1024) };
  assert.equal(libvirtVersion.read(sourcesFrom({ files: status })).state, 'unknown');
});
