import assert from 'node:assert/strict';
import test from 'node:test';
import { gib, mib } from '#units/bytes';
import { devicesOf, knownValue, reasonOf } from '../../../test/domain-facts.js';

test('a disk with all that is read of it', () => {
  const config = devicesOf(`
    <disk type='block' device='lun' rawio='yes' sgio='unfiltered'>
      <driver name='qemu' type='raw' cache='none' io='native' discard='unmap' detect_zeroes='unmap' error_policy='stop'
        iothread='2' queues='4'><metadata_cache><max_size>2097152</max_size></metadata_cache></driver>
      <source dev='/dev/mapper/lun1'><reservations managed='yes'/></source>
      <target dev='sdb' bus='scsi'/><shareable/><transient/>
      <address type='drive' controller='1' bus='0' target='0' unit='3'/>
    </disk>
    <disk type='file' device='cdrom'><source file=''/><target dev='sda' bus='sata'/></disk>
    <disk type='network'><source protocol='rbd' name='pool/image'/><target dev='vdb'/></disk>
    <disk type='volume'><source pool='default' volume='a.qcow2'/><target dev='vdc'/></disk>
    <disk><driver type='qcow2'><iothreads><iothread id='1'/><iothread id='2'/></iothreads></driver><source file='/top'/>
      <backingStore type='file'><format type='qcow2'/><source file='/middle'/>
        <backingStore type='file'><format type='raw'/><source file='/base'/><backingStore/></backingStore>
      </backingStore><target dev='vdd'/></disk>`);
  const [lun, cdrom, network, volume, chain] = knownValue(config.disks);
  assert.ok(lun && cdrom && network && volume && chain);
  const { at, image, backing, ...rest } = lun;
  assert.equal(at.from, 'domain XML /domain/devices/disk[1]');
  assert.equal(image.state, 'unknown');
  assert.deepEqual(backing, []);
  assert.deepEqual(rest, {
    target: 'sdb',
    device: 'lun',
    type: 'block',
    source: '/dev/mapper/lun1',
    protocol: undefined,
    bus: 'scsi',
    format: 'raw',
    cache: 'none',
    io: 'native',
    discard: 'unmap',
    detectZeroes: 'unmap',
    errorPolicy: 'stop',
    iothread: 2,
    iothreads: [],
    queues: 4,
    isReadOnly: false,
    isShareable: true,
    isTransient: true,
    reservations: { isManaged: true, socket: undefined, mode: undefined },
    rawio: true,
    sgio: 'unfiltered',
    encryption: undefined,
    metadataCache: mib(2),
    controller: 1,
    unit: 3,
  });
  assert.deepEqual([cdrom.source, cdrom.isReadOnly, cdrom.type], [undefined, true, 'file']);
  assert.deepEqual([network.source, network.protocol], [undefined, 'rbd']);
  assert.equal(volume.source, 'default/a.qcow2');
  assert.deepEqual([chain.device, chain.type, chain.iothreads], ['disk', 'file', [1, 2]]);
  assert.deepEqual(chain.backing, [
    { format: 'qcow2', source: '/middle' },
    { format: 'raw', source: '/base' },
  ]);
});

test('one disk that cannot be understood makes the disks unknown, and nothing else', () => {
  const config = devicesOf(
    "<disk><target dev='vda'/></disk>\n<disk><driver queues='x'/><target dev='vdb'/></disk><hub type='usb'/>",
  );
  assert.match(reasonOf(config.disks), /^g\.xml:3:7: @queues of \/domain\/devices\/disk\[2\]\/driver is “x”/);
  assert.equal(knownValue(config.otherDevices)[0]?.model, 'usb');
  assert.match(reasonOf(devicesOf('<disk/>').disks), /<target> of \/domain\/devices\/disk is “”/);
});

test('network interfaces of several kinds, and their names', () => {
  const config = devicesOf(`
    <interface type='network'><mac address='52:54:00:AA:BB:CC'/><source network='default' bridge='virbr0'/><target dev='vnet3'/>
      <model type='virtio'/><driver name='vhost' queues='8'/><teaming type='persistent'/></interface>
    <interface type='hostdev'><mac address='52:54:00:AA:BB:CD'/><source><address type='pci' domain='0x0000' bus='0x81' slot='0x10' function='0x2'/></source></interface>
    <interface type='user'><backend type='passt'/></interface>`);
  const nics = knownValue(config.nics).map(({ at: _, ...nic }) => nic);
  const nothing = {
    model: undefined,
    driver: undefined,
    queues: undefined,
    teaming: undefined,
    backend: undefined,
    hostAddress: undefined,
  };
  assert.deepEqual(nics, [
    {
      ...nothing,
      mac: '52:54:00:aa:bb:cc',
      name: 'vnet3',
      type: 'network',
      source: 'default',
      model: 'virtio',
      driver: 'vhost',
      queues: 8,
      teaming: 'persistent',
    },
    {
      ...nothing,
      mac: '52:54:00:aa:bb:cd',
      name: '52:54:00:aa:bb:cd',
      type: 'hostdev',
      source: undefined,
      hostAddress: 'pci 0000:81:10.2',
    },
    { ...nothing, mac: undefined, name: 'interface 3', type: 'user', source: undefined, backend: 'passt' },
  ]);
});

test('devices of the host by their addresses', () => {
  const config = devicesOf(`
    <hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source><address domain='0x0' bus='0x06' slot='0x12' function='0x5'/></source></hostdev>
    <hostdev type='usb'><source><vendor id='0x46d'/><product id='0x0a38'/></source></hostdev>
    <hostdev type='usb'><source><address bus='1' device='4'/></source></hostdev>
    <hostdev type='scsi'><source><adapter name='scsi_host0'/><address bus='0' target='1' unit='2'/></source><shareable/></hostdev>
    <hostdev type='mdev'><source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>
    <hostdev mode='capabilities' type='storage'><source><block>/dev/sdz</block></source></hostdev>`);
  assert.deepEqual(
    knownValue(config.hostDevices).map(device => `${device.mode} ${device.type} ${device.address}`),
    [
      'subsystem pci 0000:06:12.5',
      'subsystem usb 046d:0a38',
      'subsystem usb bus 1 device 4',
      'subsystem scsi host0:0:1:2',
      'subsystem mdev c2177883-f1bb-47f0-914d-32a22e3a8804',
      'capabilities storage /dev/sdz',
    ],
  );
  const [pci, , , scsi] = knownValue(config.hostDevices);
  assert.deepEqual([pci?.isManaged, pci?.driver, pci?.isShareable, scsi?.isShareable], [true, 'vfio', false, true]);
  assert.match(
    reasonOf(devicesOf("<hostdev type='pci'><source><address slot='0x99'/></source></hostdev>").hostDevices),
    /@slot/,
  );
});

test('memory devices, balloon, rng, graphics, video, channel, tpm, watchdog, controllers, filesystems', () => {
  const config = devicesOf(`
    <memory model='virtio-mem' access='shared'><source><pagesize unit='MiB'>2</pagesize><nodemask>0</nodemask></source>
      <target><size unit='GiB'>4</size><node>0</node><block unit='MiB'>2</block><requested unit='GiB'>1</requested><current unit='GiB'>1</current></target></memory>
    <memballoon model='virtio' autodeflate='on' freePageReporting='on'><stats period='10'/></memballoon>
    <rng model='virtio'><rate bytes='1024' period='1000'/><backend model='random'>/dev/urandom</backend></rng>
    <graphics type='vnc' autoport='yes' listen='0.0.0.0' keymap='de'><listen type='address' address='0.0.0.0'/></graphics>
    <graphics type='spice' port='5930'/><graphics type='vnc' port='-1'/>
    <video><model type='qxl' vram='65536' heads='2'><acceleration accel3d='yes'/></model></video><video/>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
    <watchdog model='i6300esb' action='reset'/>
    <controller type='scsi' index='0' model='virtio-scsi'><driver iothread='1' queues='4'/></controller>
    <filesystem type='mount'><driver type='virtiofs'/></filesystem>`);
  const { at: _, ...memory } = knownValue(config.memoryDevices)[0] ?? assert.fail();
  assert.deepEqual(memory, {
    model: 'virtio-mem',
    size: gib(4),
    node: 0,
    pageSize: mib(2),
    nodemask: '0',
    block: mib(2),
    requested: gib(1),
    current: gib(1),
    access: 'shared',
  });
  const balloon = knownValue(config.balloon);
  assert.deepEqual(
    [balloon.model, balloon.autodeflate, balloon.freePageReporting, balloon.statsPeriod],
    ['virtio', true, 'on', 10],
  );
  const [rng] = knownValue(config.rngs);
  assert.deepEqual(
    [rng?.model, rng?.backend, rng?.path, rng?.rate],
    ['virtio', 'random', '/dev/urandom', { bytes: 1024, periodMs: 1000 }],
  );
  const [screen] = knownValue(config.graphics);
  assert.deepEqual(
    knownValue(config.graphics).map(({ port }) => port),
    [undefined, 5930, undefined],
  );
  assert.deepEqual(
    [screen?.type, screen?.listen, screen?.keymap, screen?.autoport, screen?.hasPassword],
    ['vnc', ['0.0.0.0'], 'de', true, false],
  );
  assert.deepEqual(
    knownValue(config.videos).map(video => [video.model, video.vram, video.heads, video.hasAcceleration]),
    [
      ['qxl', mib(64), 2, true],
      [undefined, undefined, undefined, false],
    ],
  );
  const [channel] = knownValue(config.channels);
  assert.deepEqual([channel?.type, channel?.name, channel?.state], ['unix', 'org.qemu.guest_agent.0', 'connected']);
  const [tpm] = knownValue(config.tpms);
  assert.deepEqual([tpm?.model, tpm?.backend, tpm?.version], ['tpm-crb', 'emulator', '2.0']);
  assert.equal(knownValue(config.watchdogs)[0]?.action, 'reset');
  const [scsi] = knownValue(config.controllers);
  assert.deepEqual(
    [scsi?.type, scsi?.index, scsi?.model, scsi?.iothread, scsi?.queues],
    ['scsi', 0, 'virtio-scsi', 1, 4],
  );
  assert.equal(knownValue(config.filesystems)[0]?.driver, 'virtiofs');
  assert.equal(config.otherDevices.state, 'absent');
});
