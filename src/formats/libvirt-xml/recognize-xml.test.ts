import assert from 'node:assert/strict';
import test from 'node:test';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { parseXml, parseXmlSequence } from '#formats/xml/parse-xml';
import { xmlFiles } from '../../../test/xml-files.js';

const kindOf = (source: string) => recognizeXml(parseXml(source, { file: 'x' }));

test('the root element tells the kind', () => {
  const names = [
    'domain',
    'capabilities',
    'domainCapabilities',
    'network',
    'pool',
    'volume',
    'device',
    'domainsnapshot',
    'node',
  ];
  assert.deepEqual(
    names.map(name => kindOf(`<!-- edited by virsh --><${name}/>`)),
    [
      'domain',
      'capabilities',
      'domain-capabilities',
      'network',
      'storage-pool',
      'storage-volume',
      'node-device',
      'domain-snapshot',
      'test-node',
    ],
  );
  for (const name of ['topology', 'toString', 'constructor', 'Domain', 'x:domain'])
    assert.equal(kindOf(`<${name}/>`), 'unknown');
});

test('the shared files are what their folders say', {
  skip: xmlFiles('virt-manager').length === 0 ? 'no shared data' : false,
}, () => {
  const kinds = (folder: string, name: RegExp) => [
    ...new Set(
      xmlFiles(folder, name).flatMap(file => parseXmlSequence(file.text, { file: file.name }).map(recognizeXml)),
    ),
  ];
  assert.deepEqual(kinds('virt-manager/capabilities', /domcaps/), ['domain-capabilities']);
  assert.deepEqual(kinds('virt-manager/capabilities', /^(?!.*domcaps).*xml$/), ['capabilities']);
  assert.deepEqual(kinds('virt-manager/testdriver', /xml$/), ['test-node']);
  assert.deepEqual(kinds('vdsm/devices/data', /^(pci|scsi)/), ['node-device']);
});
