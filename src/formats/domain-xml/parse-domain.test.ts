import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDomain } from '#formats/domain-xml/parse-domain';
import { parseXml } from '#formats/xml/parse-xml';
import { gib, kib, mib } from '#units/bytes';
import { configOf, devicesOf, domainOf, knownValue, reasonOf } from '../../../test/domain-facts.js';

test('memory without a unit is KiB, other units are converted, and all are rounded up to KiB', () => {
  assert.equal(knownValue(configOf('<memory>2048</memory>').memory), mib(2));
  assert.equal(knownValue(configOf("<memory unit='GiB'>4</memory>").memory), gib(4));
  assert.equal(knownValue(configOf("<memory unit='KB'>1</memory>").memory), kib(1));
  assert.equal(knownValue(configOf("<memory unit='b'>1025</memory>").memory), kib(2));
  assert.equal(knownValue(configOf("<memory unit='MB'>1</memory>").memory), kib(977));
});

test('current memory that is not written is the memory, one that is written is itself', () => {
  assert.equal(knownValue(configOf("<memory unit='GiB'>4</memory>").currentMemory), gib(4));
  const both = configOf("<memory unit='GiB'>4</memory><currentMemory unit='MiB'>512</currentMemory>");
  assert.equal(knownValue(both.currentMemory), mib(512));
});

test('memory that is not written is what the cells and the memory devices have together', () => {
  const config = configOf(
    `<cpu><numa><cell memory='1' unit='GiB'/><cell memory='2' unit='GiB'/></numa></cpu>
     <devices><memory model='dimm'><target><size unit='MiB'>512</size></target></memory></devices>`,
  );
  assert.equal(knownValue(config.memory), gib(3) + mib(512));
});

test('nonsense in a number makes its part unknown with file and line, never a default or a crash', () => {
  for (const text of ['-1', 'many', '1.5', '', '0x10', '99999999999999999999', '1e3', '4 GiB']) {
    const config = configOf(`<vcpu>2</vcpu>\n<memory>${text}</memory>`);
    assert.match(reasonOf(config.memory), /^g\.xml:3:1: The text of \/domain\/memory is “/, text);
    assert.equal(config.currentMemory, config.memory);
    assert.equal(knownValue(config.vcpus).max, 2);
  }
  assert.match(reasonOf(configOf("<memory unit='furlong'>1</memory>").memory), /“1 furlong”/);
  assert.match(reasonOf(configOf("<memory unit='b'>9007199254740991</memory>").memory), /not a size/);
  assert.match(reasonOf(configOf("<vcpu current='all'>4</vcpu>").vcpus), /@current of \/domain\/vcpu is “all”/);
  assert.match(reasonOf(configOf("<vcpu cpuset='3-1'>4</vcpu>").vcpus), /not a list of numbers/);
});

test('a part that does not stand is absent, with the place where it would stand', () => {
  const { memoryBacking } = configOf('');
  assert.equal(memoryBacking.state, 'absent');
  const [evidence] = memoryBacking.state === 'absent' ? memoryBacking.evidence : [];
  assert.deepEqual(JSON.parse(JSON.stringify(evidence)), {
    from: 'domain XML /domain/memoryBacking',
    value: 'not there',
    place: { file: 'g.xml', line: 1, column: 1 },
  });
  for (const part of ['disks', 'nics', 'balloon', 'otherDevices', 'emulator', 'type'] as const) {
    assert.equal(configOf('', '')[part].state, 'absent', part);
  }
});

test('evidence quotes the source on one line, says where it stands, and shows no secret', () => {
  const config = devicesOf(
    "\n <sound model='ich9'/>\n <graphics type='vnc'\n  passwd='hunter2'/>\n <graphics type='spice'/>",
  );
  const [first] = knownValue(config.graphics);
  assert.ok(first);
  assert.equal(first.hasPassword, true);
  assert.equal(first.at.from, 'domain XML /domain/devices/graphics[1]');
  assert.equal(first.at.value, "<graphics type='vnc' passwd='‹secret›'/>");
  assert.deepEqual(first.at.place, { file: 'g.xml', line: 4, column: 2 });
  assert.equal(knownValue(config.otherDevices)[0]?.at.from, 'domain XML /domain/devices/sound');
});

test('evidence from a libvirt call names no place, for there is no file to open', () => {
  const { root } = parseXml('<domain><vcpu>x</vcpu><memory>1</memory></domain>', { file: 'virDomainGetXMLDesc' });
  const { config } = parseDomain(root, { source: 'virDomainGetXMLDesc', isFile: false });
  assert.equal(config.memory.state === 'known' && config.memory.evidence[0]?.place, undefined);
  assert.match(reasonOf(config.vcpus), /^virDomainGetXMLDesc:1:9: /);
});

test('arguments for QEMU count only in their namespace, whatever the prefix, and show no secret', () => {
  const inside = (prefix: string): string =>
    `<${prefix}:commandline><${prefix}:arg value='-object'/><${prefix}:arg value='secret,id=s0,data=hunter2'/></${prefix}:commandline>`;
  const uri = 'http://libvirt.org/schemas/domain/qemu/1.0';
  assert.deepEqual(knownValue(configOf(inside('q'), `xmlns:q='${uri}'`).qemuArguments), [
    '-object',
    'secret,id=s0,data=‹secret›',
  ]);
  assert.equal(configOf(inside('qemu'), "xmlns:qemu='http://example.org'").qemuArguments.state, 'absent');
});

test('name, uuid, operating system, intents', () => {
  const domain = domainOf(`
    <name>db1</name><uuid>5F2C8A1E3B6D4E0F9A7C1D2E3F4A5B01</uuid>
    <metadata>
      <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://suse.com/sle/15.5'/></libosinfo:libosinfo>
      <nearmetal:intents xmlns:nearmetal='https://nearmetal.dev/xmlns/domain/1'><nearmetal:intent>database</nearmetal:intent><nearmetal:intent>latency, hpc</nearmetal:intent></nearmetal:intents>
      <x:intent xmlns:x='urn:site'>database</x:intent>
    </metadata>`);
  assert.equal(domain.name, 'db1');
  assert.equal(knownValue(domain.uuid), '5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b01');
  assert.equal(knownValue(domain.osId), 'http://suse.com/sle/15.5');
  assert.deepEqual(knownValue(domain.declaredIntents), ['database', 'latency', 'hpc']);
  assert.equal(domain.managedBy.state, 'absent');
  assert.match(reasonOf(domainOf('<uuid>no</uuid>').uuid), /not a UUID/);
});

test('managers that leave their mark in a definition', () => {
  const cases = [
    ["<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>", 'OpenStack'],
    ["<metadata><v:vm xmlns:v='http://ovirt.org/vm/1.0'/></metadata>", 'oVirt'],
    ["<metadata><kubevirt xmlns='http://kubevirt.io'/></metadata>", 'KubeVirt'],
    ["<sysinfo type='smbios'><system><entry name='product'>OpenStack Compute</entry></system></sysinfo>", 'OpenStack'],
  ] as const;
  for (const [xml, manager] of cases) assert.equal(knownValue(domainOf(xml).managedBy), manager);
});

test('launch security, crash action and type', () => {
  const config = configOf("<on_crash>preserve</on_crash><launchSecurity type='sev-snp'/>", "type='xen'");
  assert.deepEqual(
    [knownValue(config.type), knownValue(config.onCrash), knownValue(config.launchSecurity)],
    ['xen', 'preserve', 'sev-snp'],
  );
});
