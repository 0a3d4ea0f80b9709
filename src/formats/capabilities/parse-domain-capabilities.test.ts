import assert from 'node:assert/strict';
import test from 'node:test';
import { type DomainCapabilities, parseDomainCapabilities } from '#formats/capabilities/parse-domain-capabilities';
import { parseXml } from '#formats/xml/parse-xml';
import { xmlFiles } from '../../../test/xml-files.js';

const parse = (source: string) => parseDomainCapabilities(parseXml(source, { file: 'domcaps.xml' }).root);
const all = new Map(
  [...xmlFiles('virt-manager/capabilities', /domcaps/), ...xmlFiles('vdsm', /^domcaps/)].map(
    ({ name, text }) => [name.replace(/.*\//, ''), parse(text)] as const,
  ),
);
const skip = all.size === 0 ? 'no shared data' : false;

function capabilities(name: string): DomainCapabilities {
  const found = all.get(name);
  assert.ok(found, name);
  return found;
}

test('a recent QEMU tells machine, firmware, devices, features and CPU models', { skip }, () => {
  const caps = capabilities('kvm-x86_64-domcaps-latest.xml');
  assert.deepEqual(
    [caps.emulator, caps.domainType, caps.machine, caps.architecture, caps.maxVcpus],
    ['/usr/bin/qemu-system-x86_64', 'kvm', 'pc-q35-9.0', 'x86_64', 4096],
  );
  assert.equal(caps.loaders.length, 6);
  assert.deepEqual(caps.enums.get('os.firmware'), ['efi']);
  assert.deepEqual(caps.enums.get('loader.secure'), ['yes', 'no']);
  assert.deepEqual(caps.enums.get('memoryBacking.sourceType'), ['file', 'anonymous', 'memfd']);
  assert.deepEqual(caps.enums.get('disk.bus'), ['fdc', 'scsi', 'virtio', 'usb', 'sata']);
  assert.deepEqual(caps.enums.get('hostdev.capsType'), []);
  assert.ok(caps.enums.get('hyperv.features')?.includes('tlbflush'));
  assert.deepEqual(caps.enums.get('cpu.host-passthrough.hostPassthroughMigratable'), ['on', 'off']);
  const supported = ['iothreads', 'loader', 'crypto', 'sev', 'hyperv', 'cpu.host-model', 'nothing'].map(name =>
    caps.supported.get(name),
  );
  assert.deepEqual(supported, [true, true, true, false, true, true, undefined]);
  assert.equal(caps.sev, undefined);
  assert.equal(caps.hostModel?.model, 'Skylake-Client-IBRS');
  assert.deepEqual(caps.hostModel.features.at(-1), { name: 'rtm', policy: 'disable' });
  const model = (name: string) => caps.cpuModels.find(candidate => candidate.name === name);
  assert.deepEqual(model('Icelake-Client'), {
    name: 'Icelake-Client',
    usable: 'no',
    isDeprecated: true,
    vendor: 'Intel',
    canonical: undefined,
    blockers: [],
  });
  assert.equal(model('qemu64')?.vendor, undefined);
});

test('an AMD host tells SEV', { skip }, () => {
  assert.deepEqual(capabilities('kvm-x86_64-domcaps-amd-sev.xml').sev, {
    cbitPosition: 51,
    reducedPhysicalBits: 1,
    maxGuests: 502,
    maxEsGuests: 7,
  });
});

test('a host without host-model, and one that cannot tell what is usable, say so', { skip }, () => {
  const arm = capabilities('kvm-aarch64-domcaps.xml');
  assert.equal(arm.hostModel, undefined);
  assert.equal(arm.supported.get('cpu.host-model'), false);
  assert.deepEqual([...new Set(arm.cpuModels.map(({ usable }) => usable))], ['unknown']);
});

test('every shared file gives its essentials', { skip }, () => {
  for (const [name, caps] of all) {
    assert.match(caps.domainType, /^(?:kvm|qemu|xen)$/, name);
    assert.ok(caps.architecture !== '' && caps.enums.size > 5, name);
  }
});

test('what blocks a model, and which one an alias means, is told by newer libvirt', () => {
  const caps =
    parse(`<domainCapabilities><domain>kvm</domain><arch>x86_64</arch><cpu><mode name='custom' supported='yes'>
    <model usable='no' vendor='AMD' canonical='EPYC-v1'>EPYC</model>
    <blockers model='EPYC'><feature name='fxsr_opt'/><feature name='sse4a'/></blockers>
  </mode></cpu></domainCapabilities>`);
  assert.deepEqual(caps.cpuModels, [
    {
      name: 'EPYC',
      usable: 'no',
      isDeprecated: false,
      vendor: 'AMD',
      canonical: 'EPYC-v1',
      blockers: ['fxsr_opt', 'sse4a'],
    },
  ]);
});

test('what is nonsense is named with its place', () => {
  assert.throws(() => parse('<domainCapabilities/>'), { name: 'XmlValueError', message: /<domain>/ });
  const source = "<domainCapabilities><domain>kvm</domain><arch>x86_64</arch>\n<vcpu max='many'/></domainCapabilities>";
  assert.throws(() => parse(source), { name: 'XmlValueError', line: 2, column: 1 });
});
