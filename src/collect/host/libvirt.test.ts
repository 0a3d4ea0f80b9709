import assert from 'node:assert/strict';
import test from 'node:test';
import { libvirtReadings } from '#collect/host/libvirt';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import { type SketchedFile, sourcesOf } from '../../../test/sources-of.js';

const answered = (libvirt: Partial<LibvirtAnswers>) => sourcesOf({}, { libvirt });

test('the connection and whose libvirt it is', () => {
  const instance = (uri: string) => {
    const fact = libvirtReadings.instance.read(answered({ uri }));
    return fact.state === 'known' && fact.value;
  };
  assert.equal(instance('qemu:///system'), 'system');
  assert.equal(instance('qemu:///session'), 'session');
  assert.equal(instance('qemu+ssh://u@h/session?socket=/x'), 'session');
  assert.equal(instance('test:///default?x=/session'), 'system');
  const uri = libvirtReadings.uri.read(answered({ uri: 'qemu+tcp://u:geheim@h/system' }));
  assert.ok(uri.state === 'known' && !uri.value.includes('geheim'));
  assert.equal(libvirtReadings.uri.read(sourcesOf({})).state, 'unknown');
});

test('settings of qemu.conf with their lines: texts, numbers, lists; secrets masked', () => {
  const read = (file: SketchedFile) => libvirtReadings.qemuConf.read(sourcesOf({ '/etc/libvirt/qemu.conf': file }));
  const fact = read(`# hugetlbfs_mount = "/x"
hugetlbfs_mount = [ "/dev/hugepages",
  "/dev/hugepages1G" ]
max_files = 32768
vnc_password = "geheim"
user = "root"
user = "qemu"
`);
  assert.deepEqual(fact.state === 'known' && [...fact.value], [
    ['hugetlbfs_mount', { values: ['/dev/hugepages', '/dev/hugepages1G'], isList: true, line: 2 }],
    ['max_files', { values: ['32768'], isList: false, line: 4 }],
    ['vnc_password', { values: ['‹secret›'], isList: false, line: 5 }],
    ['user', { values: ['root'], isList: false, line: 6 }],
  ]);
  const off = read('hugetlbfs_mount = ""\n');
  assert.deepEqual(off.state === 'known' && off.value.get('hugetlbfs_mount')?.values, ['']);
  assert.equal(read('user = \n').state, 'unknown');
  assert.equal(read({ denied: 'EACCES' }).state, 'unknown');
  assert.equal(read(null).state, 'absent');
});

test('capabilities of host and guests, and documents that are none', () => {
  const host =
    "<capabilities><host><uuid>c4271571-d892-4ec0-9034-ef2ebc38c943</uuid><cpu><arch>x86_64</arch><pages unit='KiB' size='4'/></cpu></host></capabilities>";
  const fact = libvirtReadings.capabilities.read(answered({ capabilities: { value: host } }));
  assert.equal(fact.state === 'known' && fact.value.architecture, 'x86_64');
  const broken = libvirtReadings.capabilities.read(answered({ capabilities: { value: '<capabilities>' } }));
  assert.equal(broken.state, 'unknown');
  const other = libvirtReadings.capabilities.read(answered({ capabilities: { value: '<domain/>' } }));
  assert.equal(other.state, 'unknown');
  const refused = libvirtReadings.capabilities.read(
    answered({ capabilities: { error: 'access denied', remedy: 'sudo' } }),
  );
  assert.deepEqual(refused, { state: 'unknown', reason: 'access denied', remedy: 'sudo' });
  const guest =
    '<domainCapabilities><path>/usr/bin/qemu</path><domain>kvm</domain><machine>pc-q35-8.2</machine><arch>x86_64</arch></domainCapabilities>';
  const all = libvirtReadings.domainCapabilities.read(answered({ domainCapabilities: { value: [guest, guest] } }));
  assert.deepEqual(all.state === 'known' && all.value.map(each => each.machine), ['pc-q35-8.2', 'pc-q35-8.2']);
  const one = libvirtReadings.domainCapabilities.read(answered({ domainCapabilities: { value: [guest, 'x'] } }));
  assert.equal(one.state, 'unknown');
});
