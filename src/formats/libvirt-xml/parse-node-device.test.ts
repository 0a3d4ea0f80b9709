import assert from 'node:assert/strict';
import test from 'node:test';
import { type NodeDeviceXml, parseNodeDevice } from '#formats/libvirt-xml/parse-node-device';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { children } from '#formats/xml/xml-tree';
import { xmlFiles } from '../../../test/xml-files.js';

const parse = (source: string) => parseNodeDevice(parseXml(source, { file: 'device.xml' }).root);
const devices = new Map(
  xmlFiles('vdsm/devices/data')
    .map(({ name, text }) => parseXml(text, { file: name }))
    .filter(document => recognizeXml(document) === 'node-device')
    .map(({ root }) => [parseNodeDevice(root).name, parseNodeDevice(root)] as const),
);
const skip = devices.size === 0 ? 'no shared data' : false;

function device(name: string): NodeDeviceXml {
  const found = devices.get(name);
  assert.ok(found, name);
  return found;
}

test('a network card with virtual functions tells them, its group and its node', { skip }, () => {
  const { pci, driver, kinds, parent } = device('pci_0000_05_00_1');
  assert.deepEqual([driver, kinds, parent], ['igb', ['pci', 'virt_functions'], 'pci_0000_00_09_0']);
  assert.equal(pci?.address, '0000:05:00.1');
  assert.equal(pci.node, 1);
  assert.deepEqual(pci.iommuGroup, { number: 15, addresses: ['0000:05:00.0', '0000:05:00.1'] });
  assert.equal(pci.virtualFunctions.length, 7);
  assert.equal(pci.virtualFunctions[0], '0000:05:10.1');
  assert.equal(device('pci_0000_05_10_7').pci?.physicalFunction, '0000:05:00.1');
});

test('a graphics card tells mediated types and its link', { skip }, () => {
  const { pci } = device('pci_0000_06_00_0');
  assert.equal(pci?.mediatedTypes.length, 11);
  assert.deepEqual(pci.mediatedTypes[0], { id: 'nvidia-11', available: 16 });
  assert.deepEqual(pci.link, { best: { gigatransfers: 8, lanes: 16 }, now: { gigatransfers: 2.5, lanes: 16 } });
});

test('every device of a whole host is read', { skip }, () => {
  const [host] = xmlFiles('virt-manager/testdriver', /^testdriver\.xml$/);
  assert.ok(host);
  const all = children(parseXml(host.text, { file: 'host' }).root, 'device').map(parseNodeDevice);
  assert.ok(all.length > 40);
  const net = all.find(({ net: found }) => found?.interface === 'eth0');
  assert.deepEqual(net?.net, {
    interface: 'eth0',
    mac: '00:1c:25:10:b1:e4',
    state: undefined,
    megabitsPerSecond: undefined,
  });
  assert.deepEqual(net.kinds, ['net', '80203']);
  assert.equal(all.find(({ name }) => name === 'pci_8086_10fb')?.pci?.maxVirtualFunctions, 63);
});

test('what is nonsense is named with its place', () => {
  assert.throws(() => parse('<device/>'), { name: 'XmlValueError' });
  const group =
    "<device><name>d</name><capability type='pci'><iommuGroup number='1'><address domain='0' bus='zz' slot='0' function='0'/></iommuGroup></capability></device>";
  assert.throws(() => parse(group), { name: 'XmlValueError', message: /@bus/ });
});
