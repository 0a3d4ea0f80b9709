import assert from 'node:assert/strict';
import test from 'node:test';
import { deviceNameFate } from '#model/derived/device-name-fate';
import { diskReadiness, networkReadiness } from '#model/derived/virtio-readiness';
import type { DeviceMention, GuestBoot, GuestInitrd, GuestKernel, KernelDriver } from '#model/guest-boot';

test('names by content stay, names by driver, serial number and place go', () => {
  const fates = (device: string) => `${deviceNameFate(device, 'virtio-blk')} ${deviceNameFate(device, 'virtio-scsi')}`;
  for (const device of [
    'UUID=1',
    'LABEL=root',
    '/dev/disk/by-uuid/1',
    '/dev/disk/by-id/dm-uuid-LVM-x',
    '/dev/mapper/vg-root',
    '/dev/system/root',
    '/dev/md0',
    'PARTUUID=1-02',
  ])
    assert.equal(fates(device), 'stays stays', device);
  for (const device of [
    '/dev/hda1',
    '/dev/xvda2',
    '/dev/disk/by-id/ata-QEMU_HARDDISK_QM00001-part1',
    '/dev/disk/by-path/pci-0000:00:1f.2-ata-1',
    '802',
    '8:2',
    '/dev/nvme0n1p1',
  ])
    assert.equal(fates(device), 'goes goes', device);
  assert.equal(fates('/dev/sda2'), 'goes order');
  assert.equal(fates('^/dev/sd.*'), 'goes order');
  assert.equal(fates('/dev/vda2'), 'order goes');
});

const module = (...needs: string[]): KernelDriver => ({ form: 'module', at: '/lib/modules/6/modules.dep:1', needs });
const builtIn: KernelDriver = { form: 'built-in', at: '/lib/modules/6/modules.builtin:1', needs: [] };

const initrd = (modules: readonly string[], more: Partial<GuestInitrd> = {}): GuestInitrd => ({
  path: '/boot/initrd-6',
  unread: undefined,
  modules: new Set(modules),
  loads: 'by-device',
  named: new Set(),
  ...more,
});

const kernel = (more: Partial<GuestKernel> = {}): GuestKernel => ({
  version: '6',
  drivers: new Map([
    ['virtio_pci', builtIn],
    ['virtio_blk', module('virtio_ring')],
    ['virtio_net', module()],
  ]),
  initrd: initrd(['virtio_blk', 'virtio_ring']),
  blocked: new Map(),
  ...more,
});

const guest = (more: Partial<GuestBoot> = {}): GuestBoot => ({
  system: { kind: 'linux', name: 'sample' },
  kernels: [kernel()],
  menu: [],
  nextKernel: '6',
  devices: [],
  network: [],
  unread: [],
  ...more,
});

const mention = (device: string, more: Partial<DeviceMention> = {}): DeviceMention => ({
  file: '/etc/fstab',
  line: 3,
  text: `${device} /data ext4`,
  use: 'mount',
  device,
  isOptional: false,
  ...more,
});

const verdict = (more: Partial<GuestBoot>) => diskReadiness(guest(more), 'virtio-blk').verdict;

test('a driver in the initrd with all that it needs, or built in, makes a guest safe', () => {
  assert.equal(verdict({}), 'safe');
  assert.equal(verdict({ kernels: [kernel({ initrd: initrd(['virtio_blk']) })] }), 'unsafe');
  assert.equal(verdict({ kernels: [kernel({ initrd: initrd(['ext4']) })] }), 'unsafe');
  assert.equal(verdict({ kernels: [kernel({ initrd: undefined })] }), 'unsafe');
  assert.equal(diskReadiness(guest(), 'virtio-scsi').verdict, 'unsafe', 'this kernel has no virtio_scsi');
});

test('what cannot be read makes it unknown, unless something is against it', () => {
  const unread = initrd([], { unread: 'the program zstd is not installed' });
  assert.equal(verdict({ kernels: [kernel({ initrd: unread })] }), 'unknown');
  assert.equal(verdict({ kernels: [kernel({ initrd: unread })], devices: [mention('/dev/sdb1')] }), 'unsafe');
  assert.equal(verdict({ unread: [{ what: 'its boot menu', why: 'none' }] }), 'unknown');
  const byName = initrd(['virtio_blk', 'virtio_ring'], { loads: 'by-name' });
  assert.equal(verdict({ kernels: [kernel({ initrd: byName })] }), 'unknown');
  assert.equal(verdict({ kernels: [kernel({ initrd: { ...byName, named: new Set(['virtio_blk']) } })] }), 'safe');
});

test('the kernel that is booted next decides; where it is not known, all do', () => {
  const old = kernel({ version: '5', initrd: initrd([]) });
  assert.equal(verdict({ kernels: [kernel(), old] }), 'safe');
  assert.equal(diskReadiness(guest({ kernels: [kernel(), old] }), 'virtio-blk').remarks.length, 1);
  assert.equal(verdict({ kernels: [kernel(), old], nextKernel: undefined }), 'unsafe');
  assert.equal(verdict({ kernels: [kernel(), old], nextKernel: '4' }), 'unknown');
});

test('a name of a disk that is needed is told with its file and line', () => {
  const judged = diskReadiness(
    guest({ devices: [mention('/dev/sda2'), mention('/dev/sda3', { line: 4, isOptional: true })] }),
    'virtio-blk',
  );
  assert.deepEqual(
    judged.against.map(({ at, text }) => [at, text]),
    [['/etc/fstab:3', '/dev/sda2 /data ext4']],
  );
  assert.deepEqual(
    judged.remarks.map(({ at }) => at),
    ['/etc/fstab:4'],
  );
});

test('a network bound to a driver is lost, one bound to a MAC address is not', () => {
  const binding = { file: '/etc/udev/rules.d/70-net.rules', line: 1, text: '' };
  const judge = (by: 'mac' | 'driver' | 'path', value: string) =>
    networkReadiness(guest({ network: [{ ...binding, by, value }] }));
  assert.equal(judge('driver', 'e1000').verdict, 'unsafe');
  assert.equal(judge('driver', 'virtio_net').verdict, 'safe');
  assert.deepEqual(
    [judge('mac', '52:54:00:00:00:01').verdict, judge('mac', '52:54:00:00:00:01').conditions],
    ['safe', ['the card keeps its MAC address']],
  );
  assert.equal(
    networkReadiness(guest({ kernels: [kernel({ blocked: new Map([['virtio_net', '/etc/modprobe.d/a.conf:1']]) })] }))
      .verdict,
    'unsafe',
  );
});
