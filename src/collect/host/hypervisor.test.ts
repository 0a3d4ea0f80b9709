import assert from 'node:assert/strict';
import test from 'node:test';
import { guestOf } from '#collect/host/guest-of';
import { hypervisor } from '#collect/host/hypervisor';
import { type SketchedMachine, sourcesFrom } from '../../../test/sources-from.js';

const runs = (machine: SketchedMachine): string => {
  const fact = hypervisor.read(sourcesFrom(machine));
  return fact.state === 'known' ? fact.value : fact.state;
};
const under = (machine: SketchedMachine): string => {
  const fact = guestOf.read(sourcesFrom(machine));
  return fact.state === 'known' ? fact.value : fact.state;
};
const control = { '/proc/xen/capabilities': 'control_d\n', '/sys/hypervisor/type': 'xen\n' };

test('only a control domain counts as a Xen host: a guest of Xen shows the same type', () => {
  assert.equal(runs({ files: control }), 'xen');
  assert.equal(
    runs({ files: { '/proc/xen/capabilities': '\n', '/sys/hypervisor/type': 'xen\n', '/dev/null': '' } }),
    'none',
  );
});

test('KVM works where its device is, whatever modules are loaded', () => {
  assert.equal(runs({ files: { '/dev/kvm': '' } }), 'kvm');
  assert.equal(runs({ files: { '/dev/null': '', '/sys/class/misc/kvm/dev': '10:232' } }), 'kvm');
  assert.equal(runs({ files: { '/dev/null': '', '/proc/modules': 'kvm_intel 1 0 - Live 0x0\n' } }), 'none');
  assert.equal(runs({ files: { '/dev/kvm': null } }), 'none');
});

test('in a part of a machine a loaded module says KVM, and no module says nothing', () => {
  assert.equal(runs({ missing: 'not-captured', files: { '/proc/modules': 'kvm_amd 1 0 - Live 0x0\n' } }), 'kvm');
  assert.equal(runs({ missing: 'not-captured', files: { '/proc/modules': 'ext4 1 0 - Live 0x0\n' } }), 'unknown');
  assert.equal(runs({ missing: 'not-captured', files: { '/proc/misc': '232 kvm\n 61 rfkill\n' } }), 'kvm');
  assert.equal(runs({ missing: 'not-captured' }), 'unknown');
});

test('without files libvirt tells: its driver, and the kinds of domain that it offers', () => {
  const offers = (type: string) => ({
    value: `<capabilities><guest><os_type>hvm</os_type><arch name='x86_64'><domain type='${type}'/></arch></guest></capabilities>`,
  });
  const remote = (uri: string, type: string) =>
    runs({ missing: 'not-captured', libvirt: { uri, capabilities: offers(type) } });
  assert.equal(remote('xen+ssh://h/system', 'xen'), 'xen');
  assert.equal(remote('qemu+ssh://h/system', 'kvm'), 'kvm');
  assert.equal(remote('qemu+ssh://h/system', 'qemu'), 'none');
});

const flags = (words: string) => ({ '/proc/cpuinfo': `processor : 0\nvendor_id : GenuineIntel\nflags : ${words}\n` });
const clocks = '/sys/devices/system/clocksource/clocksource0/available_clocksource';
const dmi = (vendor: string, product: string) => ({
  '/sys/class/dmi/id/sys_vendor': `${vendor}\n`,
  '/sys/class/dmi/id/product_name': `${product}\n`,
});

test('a guest is told by Xen, by the names of its firmware, by its clock, by the flag of its CPU', () => {
  assert.equal(under({ files: { '/sys/hypervisor/type': 'xen\n' } }), 'xen');
  assert.equal(
    under({ files: { ...dmi('QEMU', 'Standard PC (Q35 + ICH9, 2009)'), [clocks]: 'kvm-clock tsc\n' } }),
    'kvm',
  );
  assert.equal(under({ files: dmi('QEMU', 'Standard PC (Q35 + ICH9, 2009)') }), 'qemu');
  assert.equal(under({ files: dmi('VMware, Inc.', 'VMware Virtual Platform') }), 'vmware');
  assert.equal(under({ files: dmi('Microsoft Corporation', 'Virtual Machine') }), 'microsoft');
  assert.equal(under({ files: { [clocks]: 'tsc kvm-clock\n' } }), 'kvm');
  assert.equal(under({ files: flags('fpu lm hypervisor') }), 'other');
});

test('bare metal: no flag, or a vendor that makes machines; a metal instance of a cloud is one', () => {
  assert.equal(under({ files: { ...flags('fpu lm vmx'), ...dmi('Dell Inc.', 'PowerEdge R630') } }), 'absent');
  assert.equal(under({ files: { ...flags('fpu lm vmx'), ...dmi('Amazon EC2', 'c5.metal') } }), 'absent');
  assert.equal(under({ files: dmi('Microsoft Corporation', 'Surface Pro') }), 'absent');
  assert.equal(under({ files: { '/proc/cpuinfo': 'cpu : POWER9\nplatform : PowerNV\n' } }), 'absent');
});

test('Xen’s control domain is no guest, unless the firmware of the machine says that Xen itself runs in one', () => {
  assert.equal(under({ files: { ...control, ...flags('fpu lm hypervisor') } }), 'absent');
  assert.equal(under({ files: { ...control, ...dmi('QEMU', 'Standard PC') } }), 'qemu');
});

test('IBM Z and device trees tell in their own way', () => {
  const z = (text: string) => under({ files: { '/proc/sysinfo': `Manufacturer: IBM\n${text}` } });
  assert.equal(z('VM00 Control Program: KVM/Linux\n'), 'kvm');
  assert.equal(z('VM00 Control Program: z/VM    6.4.0\n'), 'zvm');
  assert.equal(z('LPAR Number: 3\n'), 'absent');
  assert.equal(under({ files: { '/proc/device-tree/hypervisor/compatible': 'linux,kvm\0' } }), 'kvm');
  assert.equal(under({ files: { '/proc/device-tree/compatible': 'linux,dummy-virt\0' } }), 'qemu');
});

test('where nothing tells, the command would; its “none” is an answer', () => {
  assert.equal(under({}), 'unknown');
  assert.equal(under({ commands: { 'systemd-detect-virt --vm': 'none\n' } }), 'absent');
  assert.equal(under({ commands: { 'systemd-detect-virt --vm': 'bhyve\n' } }), 'bhyve');
});
