import assert from 'node:assert/strict';
import test from 'node:test';
import { findBreaks } from '#compat/find-breaks';
import type { AskedQemu, Offer } from '#compat/offer';
import { parseCapabilities } from '#formats/capabilities/parse-capabilities';
import { parseDomainCapabilities } from '#formats/capabilities/parse-domain-capabilities';
import { parseXml } from '#formats/xml/parse-xml';
import { parseVersion } from '#units/version';

const root = (xml: string) => parseXml(xml, { file: 'x.xml' }).root;
const capabilities = parseCapabilities(
  root(`<capabilities><host><cpu><arch>x86_64</arch></cpu></host><guest><os_type>hvm</os_type><arch name='x86_64'><wordsize>64</wordsize><emulator>/usr/bin/qemu-system-x86_64</emulator>
<machine maxCpus='288'>pc-q35-8.2</machine><machine canonical='pc-q35-8.2' maxCpus='288'>q35</machine><machine maxCpus='288' deprecated='yes'>pc-i440fx-2.12</machine>
<domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>`),
);
const offered = parseDomainCapabilities(
  root(`<domainCapabilities><path>/usr/bin/qemu-system-x86_64</path><domain>kvm</domain><machine>pc-q35-8.2</machine><arch>x86_64</arch>
<cpu><mode name='host-passthrough' supported='no'/><mode name='custom' supported='yes'><model usable='yes'>Nehalem</model><model usable='no'>Icelake-Server</model><blockers model='Icelake-Server'><feature name='hle'/><feature name='rtm'/></blockers></mode></cpu>
<devices><disk supported='yes'><enum name='bus'><value>virtio</value><value>scsi</value></enum></disk><tpm supported='no'/></devices>
<features><hyperv supported='yes'><enum name='features'><value>relaxed</value></enum></hyperv></features></domainCapabilities>`),
);
const offer: Offer = {
  capabilities,
  domain: offered,
  qemu: parseVersion('8.2.2'),
  emulatorProblem: undefined,
  asked: undefined,
};
const guest = (inner: string, type = 'kvm', machine = 'q35') =>
  root(
    `<domain type='${type}' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>g</name><os><type arch='x86_64' machine='${machine}'>hvm</type></os>${inner}</domain>`,
  );
const told = (domain: ReturnType<typeof guest>, more: Partial<Offer> = {}) =>
  findBreaks(domain, undefined, { ...offer, ...more }).map(({ severity, says }) => `${severity}: ${says}`);

test('a guest that this host offers all of breaks in nothing', () => {
  assert.deepEqual(
    told(
      guest(
        "<cpu mode='custom'><model>Nehalem</model></cpu><devices><disk><target dev='vda' bus='virtio'/></disk></devices>",
      ),
    ),
    [],
  );
});

test('a machine type of a newer host, with the newest that there is here; one that is deprecated', () => {
  const [found] = findBreaks(guest('', 'kvm', 'pc-q35-9.2'), undefined, offer);
  assert.equal(found?.says, 'machine type pc-q35-9.2 is not offered here');
  assert.equal(found?.wants, 'at most pc-q35-8.2');
  assert.deepEqual(told(guest('', 'kvm', 'pc-i440fx-2.12')), [
    'warning: machine type pc-i440fx-2.12 is deprecated: a later QEMU drops it',
  ]);
});

test('a kind of guest that cannot run here', () => {
  assert.deepEqual(told(guest('', 'xen')), ['error: x86_64 guests of type xen cannot run here']);
  const arm = root("<domain type='kvm'><os><type arch='aarch64'>hvm</type></os></domain>");
  assert.deepEqual(told(arm), ['error: there is no QEMU for hvm guests of architecture aarch64']);
});

test('CPU models: unknown, unusable, and usable once what the host lacks is left out', () => {
  const cpu = (inner: string, attributes = "mode='custom'") => guest(`<cpu ${attributes}>${inner}</cpu>`);
  assert.deepEqual(told(cpu('<model>GraniteRapids</model>')), ['error: CPU model GraniteRapids is not known here']);
  assert.deepEqual(told(cpu('<model>Icelake-Server</model>')), [
    'error: CPU model Icelake-Server is not usable here: the host has no hle, rtm',
  ]);
  assert.deepEqual(told(cpu('<model>Icelake-Server</model>', "mode='custom' check='none'")), [
    'warning: CPU model Icelake-Server is not usable here: the host has no hle, rtm',
  ]);
  const without = "<feature policy='disable' name='hle'/><feature policy='disable' name='rtm'/>";
  assert.deepEqual(told(cpu(`<model>Icelake-Server</model>${without}`)), []);
  assert.deepEqual(told(cpu('', "mode='host-passthrough'")), ['error: CPU mode host-passthrough is not offered here']);
});

test('devices, their models and enlightenments that are not in the lists', () => {
  assert.deepEqual(
    told(
      guest(
        "<features><hyperv><relaxed state='on'/><xmm_input state='on'/></hyperv></features><devices><disk><target dev='hda' bus='ide'/></disk><tpm/></devices>",
      ),
    ),
    [
      'error: a TPM cannot be had here',
      'error: disk bus ide is not offered here',
      'error: Hyper-V enlightenment xmm_input is not offered here',
    ],
  );
});

test('an emulator that libvirt cannot use', () => {
  const domain = guest('<devices><emulator>/usr/libexec/qemu-kvm</emulator></devices>');
  assert.deepEqual(
    told(domain, { emulatorProblem: 'Cannot check QEMU binary /usr/libexec/qemu-kvm: No such file or directory' }),
    ['error: Cannot check QEMU binary /usr/libexec/qemu-kvm: No such file or directory'],
  );
});

test('arguments of its own: dropped by this QEMU or a later one, and what only QEMU knows when it was asked', () => {
  const args = (...values: readonly string[]) =>
    guest(`<qemu:commandline>${values.map(value => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`);
  assert.deepEqual(told(args('-realtime', 'mlock=off', '-no-hpet')), [
    'error: -realtime went with QEMU 6.0; here is 8.2.2',
    'warning: -no-hpet went with QEMU 9.0; here is 8.2.2',
  ]);
  const asked: AskedQemu = {
    options: new Set(['device', 'no-hpet']),
    drivers: new Set(['virtio-net-pci']),
    properties: new Map([['virtio-net-pci', new Set(['mac', 'rx_queue_size'])]]),
  };
  assert.deepEqual(
    told(args('-device', 'virtio-sound-pci', '-device', 'virtio-net-pci,id=n,mac=x,rss-2=on', '-run-with', 'x=y'), {
      asked,
    }),
    [
      'error: this QEMU has no device virtio-sound-pci',
      'error: device virtio-net-pci of this QEMU has no property rss-2',
      'error: this QEMU has no option -run-with',
    ],
  );
});

test('nothing is said where the host tells nothing', () => {
  const nothing: Offer = {
    capabilities: undefined,
    domain: undefined,
    qemu: undefined,
    emulatorProblem: undefined,
    asked: undefined,
  };
  assert.deepEqual(
    findBreaks(guest('<cpu mode="custom"><model>X</model></cpu>', 'kvm', 'pc-q35-9.2'), undefined, nothing),
    [],
  );
});
