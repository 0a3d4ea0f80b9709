import assert from 'node:assert/strict';
import test from 'node:test';
import { differences } from '#formats/qemu-argv/differences';
import { parseArgv } from '#formats/qemu-argv/parse-argv';
import { silentElements } from '#formats/qemu-argv/silent-elements';
import { tieArgv } from '#formats/qemu-argv/tie-argv';
import { parseXml } from '#formats/xml/parse-xml';
import { pathOf } from '#formats/xml/xml-path';

const qemu = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";
const domain = (inner: string, devices = '') =>
  parseXml(`<domain type='kvm' ${qemu}><name>g</name>${inner}<devices>${devices}</devices></domain>`, { file: 'g.xml' })
    .root;
const command = (...words: readonly string[]) => {
  const parsed = parseArgv(['/usr/bin/qemu', ...words]);
  assert.ok(parsed !== undefined);
  return parsed;
};
/** `path@attribute:fields`, joined. */
const tied = (root: ReturnType<typeof domain>, ...words: readonly string[]) =>
  tieArgv(command(...words), root).map(({ ties, own }) =>
    ties.length === 0
      ? `own: ${own}`
      : ties
          .map(({ element, attribute, fields }) => {
            const at = attribute === undefined ? '' : `@${attribute}`;
            return `${pathOf(element).replace('/domain/', '')}${at}${fields === undefined ? '' : `:${fields.join(',')}`}`;
          })
          .join(' '),
  );

test('disks by bus and address: virtio by target, SCSI with and without a target number, SATA by order', () => {
  const root = domain(
    '',
    "<disk><target dev='vdb' bus='virtio'/></disk><disk><target dev='sda' bus='scsi'/><address type='drive' controller='1' bus='0' target='2' unit='3'/></disk><disk><target dev='sdh' bus='sata'/></disk><disk><target dev='hdc' bus='ide'/></disk>",
  );
  assert.deepEqual(
    tied(
      root,
      ...['virtio-disk1', 'scsi1-0-2-3', 'scsi1-0-3', 'sata1-0-1', 'ide0-1-0'].flatMap(id => ['-device', `x,id=${id}`]),
    ),
    ['devices/disk[1]', 'devices/disk[2]', 'devices/disk[2]', 'devices/disk[3]', 'devices/disk[4]'],
  );
});

test('a chain of images: driver and source of the disk, then each backing store, a secret by reference', () => {
  const root = domain(
    '',
    "<disk><driver type='qcow2'/><source file='/a'/><backingStore><format type='raw'/><source file='/b'/></backingStore><target dev='vda' bus='virtio'/></disk>",
  );
  assert.deepEqual(
    tied(
      root,
      '-object',
      '{"qom-type":"secret","id":"libvirt-2-format-encryption-secret0"}',
      '-blockdev',
      '{"driver":"file","filename":"/b","node-name":"libvirt-3-storage"}',
      '-blockdev',
      '{"driver":"raw","node-name":"libvirt-3-format","file":"libvirt-3-storage"}',
      '-blockdev',
      '{"driver":"file","filename":"/a","node-name":"libvirt-2-storage"}',
      '-blockdev',
      '{"driver":"qcow2","node-name":"libvirt-2-format","file":"libvirt-2-storage","backing":"libvirt-3-format","encrypt":{"key-secret":"libvirt-2-format-encryption-secret0"}}',
      '-device',
      '{"driver":"virtio-blk-pci","drive":"libvirt-2-format","id":"virtio-disk0"}',
    ),
    [
      'devices/disk/driver',
      'devices/disk/backingStore/source',
      'devices/disk/backingStore/format',
      'devices/disk/source',
      'devices/disk/driver',
      'devices/disk',
    ],
  );
});

test('nodes that refer to themselves or to each other do not stop it', () => {
  const root = domain('', "<disk><target dev='vda' bus='virtio'/></disk>");
  const loop = ['-blockdev', '{"node-name":"a","file":"b"}', '-blockdev', '{"node-name":"b","file":"a","backing":"b"}'];
  assert.deepEqual(tied(root, ...loop, '-device', 'virtio-blk-pci,drive=a,id=virtio-disk0'), [
    'devices/disk',
    'devices/disk',
    'devices/disk',
  ]);
});

test('machine, CPU and clock: each field by itself', () => {
  const root = domain(
    "<os><type machine='q35'>hvm</type></os><features><smm state='on'/><hyperv><relaxed state='on'/></hyperv></features><cpu mode='host-model'><feature policy='require' name='aes'/></cpu><clock offset='utc'><timer name='rtc' tickpolicy='catchup'/></clock>",
  );
  assert.deepEqual(
    tied(
      root,
      '-machine',
      'q35,usb=off,smm=on',
      '-accel',
      'kvm',
      '-cpu',
      'EPYC,aes=on,x2apic=on,hv-relaxed=on',
      '-rtc',
      'base=utc,driftfix=slew',
    ),
    [
      'os/type@machine:type features/smm:smm',
      '/domain@type',
      'cpu:model,x2apic cpu/feature:aes features/hyperv/relaxed:hv-relaxed',
      'clock:base clock/timer:driftfix',
    ],
  );
  const [machine] = tieArgv(command('-machine', 'q35,usb=off,smm=on'), root);
  assert.deepEqual(machine?.ownFields, ['usb']);
});

test('arguments that the XML hands over are tied word by word, the last time that they stand there', () => {
  const root = domain(
    "<qemu:commandline><qemu:arg value='-device'/><qemu:arg value='virtio-balloon-pci,id=balloon0'/></qemu:commandline>",
    "<memballoon model='virtio'/>",
  );
  assert.deepEqual(
    tied(
      root,
      '-device',
      'virtio-balloon-pci,id=balloon0',
      '-device',
      'virtio-balloon-pci,id=balloon0',
      '-msg',
      'timestamp=on',
    ),
    [
      'devices/memballoon',
      'qemu:commandline/qemu:arg[1]@value qemu:commandline/qemu:arg[2]@value',
      'own: time stamps in the log',
    ],
  );
});

test('what libvirt adds is named as its own, with the devices that sit on it', () => {
  const root = domain('', "<interface type='user'><model type='virtio'/></interface>");
  const [port, bridge] = tieArgv(
    command(
      '-device',
      'pcie-root-port,id=pci.1',
      '-device',
      'pcie-pci-bridge,id=pci.2,bus=pci.1',
      '-device',
      'virtio-net-pci,id=net0,bus=pci.2',
    ),
    root,
  );
  assert.match(port?.own ?? '', /slot/);
  assert.deepEqual(port?.serves.map(pathOf), ['/domain/devices/interface']);
  assert.deepEqual(bridge?.serves.map(pathOf), ['/domain/devices/interface']);
});

test('aliases of a running guest count; those of the user do so beside libvirt’s', () => {
  const root = domain('', "<interface><alias name='net7'/></interface><interface><alias name='ua-lan'/></interface>");
  assert.deepEqual(tied(root, '-netdev', 'tap,id=hostnet7', '-device', 'e1000,id=ua-lan', '-device', 'e1000,id=net1'), [
    'devices/interface[1]',
    'devices/interface[2]',
    'devices/interface[2]',
  ]);
});

test('devices that give no argument are told, but not those that need none', () => {
  const root = domain(
    "<commandline xmlns='urn:other'/>",
    "<emulator>/usr/bin/qemu</emulator><controller type='pci' index='0' model='pcie-root'/><input type='mouse' bus='ps2'/><memballoon model='none'/><crypto model='virtio'/><rng model='virtio'/>",
  );
  const argv = tieArgv(command('-device', 'virtio-rng-pci,id=rng0'), root);
  assert.deepEqual(silentElements(argv, root).map(pathOf), ['/domain/devices/crypto', '/domain/commandline']);
});

test('two command lines differ by what matters: not by ids of folders, descriptors and chosen ports', () => {
  const root = domain('<vcpu>1</vcpu>');
  const left = tieArgv(
    command('-smp', '1', '-vnc', '127.0.0.1:0', '-object', 'x,id=a,path=/lib/domain--1-g/a', '-S', '-device', 'a,fd=3'),
    root,
  );
  const right = tieArgv(
    command('-smp', '2', '-vnc', '127.0.0.1:7', '-object', 'x,id=a,path=/lib/domain-12-g/a', '-device', 'a,fd=25'),
    root,
  );
  const words = (all: typeof left) => all.map(({ argument }) => argument.words.join(' '));
  const { onlyLeft, onlyRight } = differences(left, right);
  assert.deepEqual(words(onlyLeft), ['-smp 1']);
  assert.deepEqual(words(onlyRight), ['-smp 2']);
});
