import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { kindOf } from '#change/kind-of';
import { readersOf, setConfigKey } from '#change/kinds/config-key';
import { holdsEveryWay } from '../../../test/simulated-machine/every-way.js';
import { SimulatedMachine } from '../../../test/simulated-machine/simulated-machine.js';

const qemu = '/etc/libvirt/qemu.conf';
const text = '# Master configuration\n#lock_manager = "lockd"\nuser = "root"\n';

test('a key is set, changed and taken out, and each way back', () => {
  const files = {
    [qemu]: text,
    '/etc/xen/xl.conf': '#autoballoon="auto"\n',
    '/etc/sysconfig/libvirt-guests': '#ON_BOOT=start\nSHUTDOWN_TIMEOUT=300\n',
    '/etc/nfs.conf': '[nfsd]\n# threads=8\n',
  };
  holdsEveryWay({ files }, setConfigKey(qemu, 'lock_manager', undefined, 'lockd'));
  holdsEveryWay({ files }, setConfigKey(qemu, 'user', 'root', 'qemu'));
  holdsEveryWay({ files }, setConfigKey('/etc/xen/xl.conf', 'autoballoon', undefined, 'off'));
  holdsEveryWay({ files }, setConfigKey('/etc/libvirt/libxl.conf', 'autoballoon', undefined, '0'));
  holdsEveryWay({ files }, setConfigKey('/etc/sysconfig/libvirt-guests', 'SHUTDOWN_TIMEOUT', '300', '600'));
  holdsEveryWay({ files }, setConfigKey('/etc/nfs.conf', 'nfsd.threads', undefined, '32'));
});

test('the file of this machine keeps every byte', { skip: !existsSync(qemu) && 'no libvirt here' }, () =>
  holdsEveryWay(
    { files: { [qemu]: readFileSync(qemu, 'utf8') } },
    setConfigKey(qemu, 'lock_manager', undefined, 'lockd'),
  ),
);

test('which daemon reads a file, and that nothing but a restart makes it', () => {
  assert.deepEqual(readersOf(qemu), ['virtqemud.service', 'libvirtd.service']);
  assert.deepEqual(readersOf('/etc/libvirt/virtproxyd.conf'), ['virtproxyd.service']);
  assert.equal(setConfigKey(qemu, 'user', 'root', undefined).takesEffect, 'daemon-restart');
  assert.equal(setConfigKey('/etc/xen/xl.conf', 'autoballoon', undefined, 'off').takesEffect, 'at-once');
});

test('a list of one thing is the thing, and blanks in lists say nothing', () => {
  const { isSame } = kindOf(setConfigKey(qemu, 'security_driver', undefined, undefined));
  assert.ok(isSame('none', '["none"]'));
  assert.ok(isSame('["a", "b"]', "[ 'a','b' ]"));
  assert.ok(!isSame('["a", "b"]', '["b", "a"]'));
  assert.ok(!isSame(undefined, ''));
});

test('a file that libvirt refuses, and what is no setting, are not touched', () => {
  const change = setConfigKey(qemu, 'user', undefined, 'qemu');
  const seen = new SimulatedMachine({ files: { [qemu]: 'user = "root\n' } }).observe(change);
  assert.match(kindOf(change).obstacle(change, seen) ?? '', /not understood .* set user to qemu by hand/);
  const { fault } = kindOf(change);
  for (const [file, key] of [
    ['/etc/passwd', 'root'],
    ['/etc/libvirt/../passwd.conf', 'a'],
    ['/etc/default/grub', 'GRUB_TIMEOUT'],
    [qemu, 'a b'],
    [qemu, 'vnc_password'],
  ] as const)
    assert.notEqual(fault(setConfigKey(file, key, undefined, 'x')), undefined, `${file} ${key}`);
});
