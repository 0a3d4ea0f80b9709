import assert from 'node:assert/strict';
import test from 'node:test';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { elementAt, elementsAt, pathOf, select, selectFirst } from '#formats/xml/xml-path';
import { attribute } from '#formats/xml/xml-tree';
import { xmlFiles } from '../../../test/xml-files.js';

const document = parseXml(
  `<domain>
  <devices>
    <disk device='disk'><target dev='vda' bus='virtio'/><serial>A/1</serial></disk>
    <disk device='cdrom'><target dev='sda' bus='sata'/></disk>
    <disk device='disk'><target dev='vdb' bus='virtio'/></disk>
    <memballoon model='virtio'/>
  </devices>
</domain>`,
  { file: 'x' },
);

const targets = (path: string) => select(document.root, path).map(element => attribute(element, 'dev'));

test('a simple path selects all that fit, in document order', () => {
  assert.deepEqual(targets('devices/disk/target'), ['vda', 'sda', 'vdb']);
  assert.deepEqual(targets('devices/disk[2]/target'), ['sda']);
  assert.deepEqual(targets("devices/disk[@device='disk']/target"), ['vda', 'vdb']);
  assert.deepEqual(targets("devices/disk[target/@dev='vdb']/target"), ['vdb']);
  assert.deepEqual(targets('devices/disk[serial="A/1"]/target'), ['vda']);
  assert.deepEqual(targets("devices/disk[@device='disk'][target/@dev='sda']/target"), []);
  assert.deepEqual(targets('devices/disk[4]/target'), []);
  assert.equal(selectFirst(document.root, 'devices/nothing'), undefined);
});

test('an element without same-named siblings has no number in its path', () => {
  const [, , third] = select(document.root, 'devices/disk/target');
  assert.equal(third && pathOf(third), '/domain/devices/disk[3]/target');
  assert.equal(pathOf(document.root), '/domain');
});

test('an address that fits two elements, or none, is no address', () => {
  assert.equal(elementAt(document, '/domain/devices/disk'), undefined);
  assert.equal(elementsAt(document, '/domain/devices/disk').length, 3);
  assert.equal(elementAt(document, '/domain/devices/watchdog'), undefined);
  assert.equal(elementAt(document, '/network'), undefined);
  assert.equal(elementAt(document, '/domain'), document.root);
});

test('a malformed path is our own fault and thrown as such', () => {
  for (const path of [
    'domain',
    '/',
    '/domain//disk',
    '/domain/disk[0]',
    '/domain/disk[',
    "/domain/disk[@a='1]",
    '/domain/disk[x]',
  ]) {
    assert.throws(() => elementsAt(document, path), TypeError, path);
  }
});

test('every element of every shared file is found again by its path', {
  skip: xmlFiles('virt-manager').length === 0 ? 'no shared data' : false,
}, () => {
  const walk = (element: XmlElement): void => {
    assert.equal(elementAt(element.document, pathOf(element)), element);
    element.children.forEach(walk);
  };
  for (const { name, text } of xmlFiles('virt-manager/testdriver')) walk(parseXml(text, { file: name }).root);
  for (const { name, text } of xmlFiles('vdsm')) {
    if (!text.includes('{')) walk(parseXml(text, { file: name }).root);
  }
});
