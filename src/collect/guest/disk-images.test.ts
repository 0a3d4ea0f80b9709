import assert from 'node:assert/strict';
import test from 'node:test';
import { qemuImgInfo } from '#collect/guest/disk-images';
import { guests } from '#collect/guests';
import type { DomainAnswer, PoolAnswer } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import type { Image } from '#model/image';
import type { Known } from '#model/known';
import { gib, kib, mib } from '#units/bytes';
import { knownValue, reasonOf } from '../../../test/domain-facts.js';
import { answersOf, domainAnswer, sourcesOf } from '../../../test/libvirt-answers.js';

const withDisk = (disk: string, parts: Partial<DomainAnswer> = {}): DomainAnswer => {
  const xml = { value: `<domain><name>g</name><devices>${disk}</devices></domain>` };
  return domainAnswer('g', { xml, liveXml: xml, ...parts });
};
const fileDisk = "<disk type='file'><driver type='qcow2'/><source file='/images/a.qcow2'/><target dev='vda'/></disk>";

function imageOf(
  domain: DomainAnswer,
  pools: readonly PoolAnswer[] = [],
  commands?: Sources['commands'],
): Known<Image> {
  const sources = sourcesOf({}, answersOf({ domains: { value: [domain] }, pools: { value: pools } }));
  const [guest] = knownValue(guests.read({ ...sources, ...(commands && { commands }) }));
  assert.ok(guest);
  return knownValue(guest.config.disks)[0]?.image ?? assert.fail('no disk');
}

const volume = (name: string, more: string): PoolAnswer => ({
  name: 'default',
  uuid: 'u',
  active: true,
  xml: { value: "<pool type='dir'><name>default</name></pool>" },
  info: { value: { capacity: 0, allocation: 0, available: 0 } },
  volumes: {
    value: [
      { name, path: `/images/${name}`, xml: { value: `<volume type='file'><name>${name}</name>${more}</volume>` } },
    ],
  },
});

test('of a running guest the room that a file takes is what QEMU calls physical, of one that is off the allocation', () => {
  const stats = {
    'block.count': 2,
    'block.0.name': 'sda',
    'block.0.capacity': 1,
    'block.1.name': 'vda',
    'block.1.path': '/images/a.qcow2',
    'block.1.capacity': gib(20),
    'block.1.physical': gib(3),
    'block.1.allocation': gib(4),
  };
  const running = knownValue(imageOf(withDisk(fileDisk, { stats })));
  assert.deepEqual(
    [running.path, running.virtualSize, running.allocated, running.format],
    ['/images/a.qcow2', gib(20), gib(3), undefined],
  );
  const off = knownValue(imageOf(withDisk(fileDisk, { stats, state: { value: 5 } })));
  assert.equal(off.allocated, gib(4));
  const block = fileDisk.replace("type='file'", "type='block'");
  assert.equal(knownValue(imageOf(withDisk(block, { stats }))).allocated, undefined);
});

test('layers below come with the statistics where libvirt tells them', () => {
  const stats = {
    'block.count': 2,
    'block.0.name': 'vda',
    'block.0.path': '/images/a.qcow2',
    'block.0.capacity': gib(20),
    'block.0.physical': gib(1),
    'block.1.name': 'vda',
    'block.1.path': '/images/base.qcow2',
    'block.1.backingIndex': 2,
    'block.1.capacity': gib(10),
    'block.1.physical': gib(2),
  };
  const image = knownValue(imageOf(withDisk(fileDisk, { stats })));
  assert.deepEqual(
    image.backing?.map(layer => [layer.path, layer.virtualSize, layer.allocated]),
    [['/images/base.qcow2', gib(10), gib(2)]],
  );
});

test('a storage volume tells format, cluster size and what is below, and fills in what statistics lack', () => {
  const top = volume(
    'a.qcow2',
    `<capacity unit='bytes'>1</capacity><allocation unit='KiB'>64</allocation><target><path>/images/a.qcow2</path><format type='qcow2'/><compat>1.1</compat>
     <clusterSize unit='B'>65536</clusterSize><features><lazy_refcounts/></features></target><backingStore><path>/images/base</path><format type='raw'/></backingStore>`,
  );
  const base = volume(
    'base',
    "<capacity>4096</capacity><target><path>/images/base</path><format type='raw'/></target>",
  );
  const stats = { 'block.count': 1, 'block.0.name': 'vda', 'block.0.capacity': gib(20) };
  const { backing, ...image } = knownValue(imageOf(withDisk(fileDisk, { stats }), [top, base]));
  assert.deepEqual(image, {
    path: '/images/a.qcow2',
    format: 'qcow2',
    virtualSize: gib(20),
    allocated: kib(64),
    clusterSize: kib(64),
    isEncrypted: false,
    encryption: undefined,
    isDirty: undefined,
    isCorrupt: undefined,
    compatibility: '1.1',
    lazyRefcounts: true,
    extendedL2: false,
    compression: undefined,
    snapshots: undefined,
    backingPath: '/images/base',
    backingFormat: 'raw',
  });
  assert.deepEqual(
    backing?.map(layer => [layer.path, layer.format, layer.virtualSize]),
    [['/images/base', 'raw', kib(4)]],
  );
  assert.equal(
    knownValue(imageOf(withDisk(fileDisk), [top])).backing,
    undefined,
    'the layer below is no volume: nobody knows how many there are',
  );
});

test('a disk that names pool and volume finds its volume', () => {
  const disk = "<disk type='volume'><source pool='default' volume='a.raw'/><target dev='vda'/></disk>";
  const image = knownValue(
    imageOf(withDisk(disk), [
      volume(
        'a.raw',
        "<capacity unit='MiB'>5</capacity><target><path>/images/a.raw</path><format type='raw'/></target>",
      ),
    ]),
  );
  assert.deepEqual([image.path, image.virtualSize, image.backing], ['/images/a.raw', mib(5), []]);
});

test('volumes that name each other as backing end somewhere', () => {
  const loop = volume(
    'a.qcow2',
    '<target><path>/images/a.qcow2</path></target><backingStore><path>/images/a.qcow2</path></backingStore>',
  );
  assert.equal(knownValue(imageOf(withDisk(fileDisk), [loop])).backing, undefined);
});

test('an image is read here, else qemu-img tells most, and is told the format instead of probing it', () => {
  const asked: string[] = [];
  const commands: Sources['commands'] = {
    output(argv) {
      asked.push(argv.join(' '));
      if (argv[0] === 'nearmetal') return { outcome: 'denied', reason: 'EACCES' };
      return {
        outcome: 'ok',
        value: JSON.stringify([
          {
            filename: '/images/a.qcow2',
            format: 'qcow2',
            'virtual-size': gib(1),
            'actual-size': 5,
            'cluster-size': 65536,
            'dirty-flag': false,
          },
        ]),
      };
    },
  };
  const image = knownValue(imageOf(withDisk(fileDisk + fileDisk.replace('vda', 'vdb')), [], commands));
  assert.deepEqual([image.virtualSize, image.allocated, image.isDirty, image.backing], [gib(1), 5, false, []]);
  assert.deepEqual(
    asked,
    [
      'nearmetal image chain --format json --image-format qcow2 -- /images/a.qcow2',
      'qemu-img info --force-share --output=json --backing-chain -f qcow2 -- /images/a.qcow2',
    ],
    'asked once for one image',
  );
  const raw: string[] = [];
  imageOf(withDisk("<disk type='file'><source file='/images/b'/><target dev='vda'/></disk>"), [], {
    output(argv) {
      raw.push(argv.join(' '));
      return { outcome: 'ok', value: 'no JSON' };
    },
  });
  assert.match(raw[0] ?? '', /--image-format raw -- \/images\/b$/);
  assert.match(raw[1] ?? '', /-f raw -- \/images\/b$/);
});

test('an image that nobody looked at is unknown, with the command that would tell; an empty drive has none', () => {
  const image = imageOf(withDisk(fileDisk));
  assert.match(reasonOf(image), /nobody looked at the image of vda/);
  assert.equal(image.state === 'unknown' && image.remedy, qemuImgInfo('/images/a.qcow2', 'qcow2').join(' '));
  assert.equal(imageOf(withDisk("<disk device='cdrom'><target dev='sda'/></disk>")).state, 'absent');
});
