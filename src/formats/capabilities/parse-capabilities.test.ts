import assert from 'node:assert/strict';
import test from 'node:test';
import type { Capabilities } from '#formats/capabilities/capabilities';
import { parseCapabilities } from '#formats/capabilities/parse-capabilities';
import { recognizeXml } from '#formats/libvirt-xml/recognize-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { gib, kib } from '#units/bytes';
import { xmlFiles } from '../../../test/xml-files.js';

const parse = (source: string) => parseCapabilities(parseXml(source, { file: 'caps.xml' }).root);

const all = new Map(
  [...xmlFiles('virt-manager/capabilities'), ...xmlFiles('vdsm', /^caps_libvirt/)]
    .map(({ name, text }) => ({ name, document: parseXml(text, { file: name }) }))
    .filter(({ document }) => recognizeXml(document) === 'capabilities')
    .map(({ name, document }) => [name.replace(/.*\//, ''), parseCapabilities(document.root)] as const),
);
const skip = all.size === 0 ? 'no shared data' : false;

function capabilities(name: string): Capabilities {
  const found = all.get(name);
  assert.ok(found, name);
  return found;
}

test('a workstation tells its CPU, counter, pages and one node', { skip }, () => {
  const host = capabilities('kvm-x86_64.xml');
  assert.equal(host.hostUuid, 'c4271571-d892-4ec0-9034-ef2ebc38c943');
  assert.deepEqual(
    [host.architecture, host.cpuModel, host.cpuVendor, host.microcode],
    ['x86_64', 'Skylake-Client-noTSX-IBRS', 'Intel', 234],
  );
  assert.deepEqual(host.tsc, { frequency: 3_408_010_000, canScale: false });
  assert.deepEqual(host.cpuTopology, { sockets: 1, dies: 1, clusters: 1, cores: 4, threads: 2 });
  assert.deepEqual(host.pageSizes, [kib(4), kib(2048), gib(1)]);
  assert.ok(host.cpuFeatures.includes('invtsc'));
  assert.deepEqual(host.suspend, ['memory', 'disk', 'hybrid']);
  assert.equal(host.hasIommu, true);
  assert.equal(host.canMigrateLive, true);
  assert.deepEqual(host.migrationTransports, ['tcp', 'rdma']);
  assert.deepEqual(host.securityModels, ['selinux', 'dac']);
  const [cell] = host.cells;
  assert.ok(cell);
  assert.equal(cell.memory, kib(32_731_708));
  assert.equal(`${cell.cpus}`, '0-7');
  assert.deepEqual(cell.pages, [
    { count: 8_182_927, size: kib(4) },
    { count: 0, size: kib(2048) },
    { count: 0, size: gib(1) },
  ]);
  const [, , , , fifth] = cell.places;
  assert.deepEqual(fifth && { ...fifth, siblings: `${fifth.siblings}` }, {
    cpu: 4,
    socket: 0,
    die: 0,
    cluster: undefined,
    core: 0,
    siblings: '0,4',
  });
  const [bank] = host.caches;
  assert.deepEqual(bank && { ...bank, cpus: `${bank.cpus}` }, {
    id: 0,
    level: 3,
    type: 'both',
    size: 8 * 2 ** 20,
    cpus: '0-7',
  });
});

test('guests tell their emulator, machines with aliases, and virtualization types', { skip }, () => {
  const guest = capabilities('kvm-x86_64.xml').guests.find(({ architecture }) => architecture === 'x86_64');
  assert.ok(guest);
  assert.equal(guest.osType, 'hvm');
  assert.equal(guest.wordSize, 64);
  assert.equal(guest.emulator, '/usr/bin/qemu-system-x86_64');
  assert.deepEqual(guest.domainTypes, ['qemu', 'kvm']);
  assert.deepEqual(
    guest.machines.find(({ name }) => name === 'pc'),
    { name: 'pc', canonical: 'pc-i440fx-6.1', maxCpus: 255, isDeprecated: false },
  );
  assert.ok(guest.features.includes('acpi'));
});

test('a host of two nodes tells their distances', { skip }, () => {
  const { cells, guests } = capabilities('caps_libvirt_multiqemu.out');
  assert.deepEqual(
    cells.map(({ id, cpus }) => [id, `${cpus}`]),
    [
      [0, '0-5,12-17'],
      [1, '6-11,18-23'],
    ],
  );
  assert.deepEqual(
    [...(cells[0]?.distances ?? [])],
    [
      [0, 10],
      [1, 21],
    ],
  );
  assert.ok(guests.length > 3);
});

test('an old Xen host and a container host tell less, and nothing is made up', { skip }, () => {
  const xen = capabilities('xen-rhel5.4.xml');
  assert.equal(xen.hostUuid, undefined);
  assert.equal(xen.hasIommu, undefined);
  assert.equal(xen.suspend, undefined);
  assert.equal(xen.cells[0]?.memory, undefined);
  assert.deepEqual(xen.cells[0]?.places[0], {
    cpu: 0,
    socket: undefined,
    die: undefined,
    cluster: undefined,
    core: undefined,
    siblings: undefined,
  });
  assert.deepEqual([...new Set(xen.guests.map(({ osType }) => osType))], ['xen', 'xenpvh', 'hvm']);
  const lxc = capabilities('lxc.xml');
  assert.equal(lxc.cpuModel, undefined);
  assert.deepEqual(
    lxc.guests.map(({ osType, domainTypes }) => [osType, ...domainTypes]),
    [
      ['exe', 'lxc'],
      ['exe', 'lxc'],
    ],
  );
});

test('s390x and aarch64 hosts are read too', { skip }, () => {
  assert.equal(capabilities('caps_libvirt_s390x.out').architecture, 's390x');
  assert.equal(capabilities('kvm-aarch64.xml').architecture, 'aarch64');
});

test('what is nonsense is named with its place, and another document is refused', () => {
  const host = (inner: string) => `<capabilities>\n <host>${inner}</host></capabilities>`;
  const cases = [
    host('<topology><cells><cell id="x"/></cells></topology>'),
    host('<topology><cells><cell id="0"><memory unit="parsec">1</memory></cell></cells></topology>'),
    host('<topology><cells><cell id="0"><cpus><cpu id="0" siblings="0-"/></cpus></cell></cells></topology>'),
    host('<topology><cells><cell id="0"><cpus><cpu id="99999999"/></cpus></cell></cells></topology>'),
    host('<iommu support="perhaps"/>'),
  ];
  for (const source of cases)
    assert.throws(() => parse(source), { name: 'XmlValueError', code: 'value', file: 'caps.xml', line: 2 }, source);
  assert.throws(() => parse('<domain/>'), { name: 'XmlValueError', message: /<capabilities>/ });
  assert.deepEqual(parse('<capabilities/>').guests, []);
});
