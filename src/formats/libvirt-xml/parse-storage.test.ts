import assert from 'node:assert/strict';
import test from 'node:test';
import { parseStoragePool } from '#formats/libvirt-xml/parse-storage-pool';
import { parseStorageVolume } from '#formats/libvirt-xml/parse-storage-volume';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { gib, kib } from '#units/bytes';
import { xmlFiles } from '../../../test/xml-files.js';

const rootOf = (source: string) => parseXml(source, { file: 'storage.xml' }).root;
const pool = (source: string) => parseStoragePool(rootOf(source));
const volume = (source: string) => parseStorageVolume(rootOf(source));
const files = [
  ...xmlFiles('virt-manager/storage'),
  ...xmlFiles('virt-manager/xmlparse', /^(?:pool|change-pool).*xml$/),
];
const skip = files.length === 0 ? 'no shared data' : false;

test('all shared pools and volumes are read', { skip }, () => {
  const documents = files.map(({ name, text }) => parseXml(text, { file: name }));
  const pools = documents
    .filter(document => recognizeXml(document) === 'storage-pool')
    .map(({ root }) => parseStoragePool(root));
  const volumes = documents
    .filter(document => recognizeXml(document) === 'storage-volume')
    .map(({ root }) => parseStorageVolume(root));
  assert.equal(pools.length + volumes.length, documents.length);
  const rbd = pools.find(({ source }) => source.hosts.includes('ceph-mon-2.example.com'));
  assert.deepEqual(rbd?.source.hosts, ['ceph-mon-1.example.com', 'ceph-mon-2.example.com', 'ceph-mon-3.example.com']);
  assert.equal(rbd.capacity, 47_256_127_143_936);
  assert.equal(rbd.source.name, 'rbd');
  const gluster = pools.find(({ name }) => name === 'pool-gluster');
  assert.deepEqual([gluster?.source.directory, gluster?.source.name], ['/some/source/path', 'gv0']);
  const clone = volumes.find(({ name }) => name === 'pool-dir2-volclone');
  assert.deepEqual(
    [clone?.type, clone?.format, clone?.capacity, clone?.allocation, clone?.mode],
    ['file', 'raw', gib(10), gib(5), '0700'],
  );
});

test('a pool without a name has its source’s, and how it logs in is left out', () => {
  const read = pool(
    "<pool type='logical'><source><name>vg0</name><format type='lvm2'/><device path='/dev/sdb'/><auth type='chap' username='u' passwd='hunter2'/></source><target><path>/dev/vg0</path></target></pool>",
  );
  assert.deepEqual(
    [read.name, read.source.format, read.source.devices, read.targetPath],
    ['vg0', 'lvm2', ['/dev/sdb'], '/dev/vg0'],
  );
  assert.ok(!JSON.stringify(read).includes('hunter2'));
});

test('a qcow2 volume tells version, cluster size, features and the layer below', () => {
  const read = volume(`<volume type='file'><name>v</name><capacity unit='G'>1</capacity><physical>196624</physical>
    <target><path>/v.qcow2</path><format type='qcow2'/><compat>1.1</compat><clusterSize unit='KiB'>128</clusterSize>
      <features><lazy_refcounts/><extended_l2/></features><encryption format='luks'/></target>
    <backingStore><path>/base</path><format type='raw'/></backingStore></volume>`);
  assert.deepEqual([read.capacity, read.physical, read.clusterSize, read.compat], [gib(1), 196_624, kib(128), '1.1']);
  assert.deepEqual(
    [read.features, read.isEncrypted, read.backing],
    [['lazy_refcounts', 'extended_l2'], true, { path: '/base', format: 'raw' }],
  );
});

test('what is nonsense is named with its place', () => {
  assert.throws(() => pool('<pool/>'), { name: 'XmlValueError' });
  assert.throws(() => pool('<volume/>'), { name: 'XmlValueError', message: /<pool>/ });
  assert.throws(() => volume("<volume><name>v</name>\n<capacity unit='KB'>1.5</capacity></volume>"), {
    name: 'XmlValueError',
    line: 2,
  });
});
