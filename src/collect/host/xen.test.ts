import assert from 'node:assert/strict';
import test from 'node:test';
import { xenReadings } from '#collect/host/xen';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import { listReadings } from '#collect/reading';
import { kib, mib } from '#units/bytes';
import { type SketchedFile, type SketchedSources, sourcesOf } from '../../../test/sources-of.js';

const control = { '/proc/xen/capabilities': 'control_d\n' };
const xl = {
  'xl info':
    'host                   : xen1\nxen_version            : 4.17.2_08\ntotal_memory           : 32768\nxen_commandline        : dom0_mem=4301M,max:4301M  loglvl=all\n',
  'xl list 0':
    'Name                                        ID   Mem VCPUs\tState\tTime(s)\nDomain-0                                     0  4301     8     r-----     812.9\n',
};
const readings = new Map(listReadings(xenReadings).map(({ fact, reading }) => [fact, reading]));
const state = (
  which: keyof typeof xenReadings,
  files: Readonly<Record<string, SketchedFile>>,
  how: SketchedSources = {},
): unknown => {
  const fact = readings.get(which)?.read(sourcesOf(files, how)) ?? assert.fail(which);
  return fact.state === 'known' ? fact.value : fact.state;
};

test('outside a control domain all of it is absent, also in a guest of Xen', () => {
  const guest = {
    '/proc/xen/capabilities': '\n',
    '/sys/hypervisor/type': 'xen\n',
    '/sys/hypervisor/version/major': '4\n',
  };
  for (const { fact, reading } of listReadings(xenReadings)) {
    assert.equal(reading.read(sourcesOf(guest, { commands: xl })).state, 'absent', fact);
    assert.equal(reading.read(sourcesOf({})).state, 'absent', fact);
    assert.equal(reading.read(sourcesOf({ '/proc/xen/capabilities': { denied: 'EACCES' } })).state, 'unknown', fact);
  }
});

test('the version comes from files, else from libvirt on Xen, else from xl', () => {
  const text = (files: Readonly<Record<string, string>>, how?: SketchedSources) => {
    const fact = xenReadings.version.read(sourcesOf({ ...control, ...files }, how));
    return fact.state === 'known' ? fact.value.text : fact.state;
  };
  const folder = '/sys/hypervisor/version';
  assert.equal(
    text({ [`${folder}/major`]: '4\n', [`${folder}/minor`]: '17\n', [`${folder}/extra`]: '.2_08\n' }),
    '4.17.2_08',
  );
  const hypervisorVersion = { value: 4_016_003 };
  assert.equal(text({}, { libvirt: { uri: 'xen:///system', hypervisorVersion } }), '4.16.3');
  assert.equal(text({}, { libvirt: { uri: 'qemu:///system', hypervisorVersion } }), 'absent');
  assert.equal(text({}, { commands: xl }), '4.17.2_08');
});

test('what xl tells', () => {
  assert.deepEqual(state('commandLine', control, { commands: xl }), ['dom0_mem=4301M,max:4301M', 'loglvl=all']);
  assert.equal(state('totalMemory', control, { commands: xl }), mib(32768));
  assert.equal(state('dom0Memory', control, { commands: xl }), mib(4301));
  for (const which of ['commandLine', 'totalMemory', 'dom0Memory'] as const)
    assert.equal(state(which, control), 'unknown');
  assert.equal(state('totalMemory', control, { commands: { 'xl info': 'nothing of use' } }), 'unknown');
});

test("libvirt's Xen driver tells the machine's memory and that of Domain-0", () => {
  const dom0 = (more: object) => ({
    name: 'Domain-0',
    uuid: '00000000-0000-0000-0000-000000000000',
    state: { value: 1 },
    persistent: { value: false },
    autostart: { value: false },
    managedSave: { value: false },
    xml: { error: 'no stored definition' },
    ...more,
  });
  const libvirt = (more: object): Partial<LibvirtAnswers> => ({
    uri: 'xen:///system',
    node: {
      value: { model: 'x86_64', memoryKib: 33_554_432, cpus: 8, mhz: 2000, nodes: 1, sockets: 1, cores: 8, threads: 1 },
    },
    domains: { value: [dom0(more)] },
  });
  const balloon = { libvirt: libvirt({ stats: { 'balloon.current': 4_404_224 } }) };
  assert.equal(state('totalMemory', control, balloon), kib(33_554_432));
  assert.equal(state('dom0Memory', control, balloon), kib(4_404_224));
  const xml = { value: "<domain type='xen'>\n  <currentMemory unit='KiB'>4404224</currentMemory>\n</domain>" };
  assert.equal(state('dom0Memory', control, { libvirt: libvirt({ liveXml: xml }) }), kib(4_404_224));
  assert.equal(state('dom0Memory', control, { libvirt: libvirt({}) }), 'unknown');
  assert.equal(state('totalMemory', control, { libvirt: { ...balloon.libvirt, uri: 'qemu:///system' } }), 'unknown');
});

test('autoballoon of xl and of libvirt, unquoted; absent where nobody sets it', () => {
  const files = {
    ...control,
    '/etc/xen/xl.conf': '# autoballoon="auto"\nautoballoon="off"\nlockfile="/x"\n',
    '/etc/libvirt/libxl.conf': 'autoballoon = 1\n',
  };
  assert.equal(state('autoballoonXl', files), 'off');
  assert.equal(state('autoballoonLibxl', files), '1');
  assert.equal(state('autoballoonXl', { ...control, '/etc/xen/xl.conf': '#autoballoon="auto"\n' }), 'absent');
  assert.equal(state('autoballoonXl', control), 'absent');
  assert.equal(state('autoballoonXl', { ...control, '/etc/xen/xl.conf': 'autoballoon="off\n' }), 'unknown');
  const fact = xenReadings.autoballoonXl.read(sourcesOf(files));
  assert.equal(fact.state === 'known' && fact.evidence.at(-1)?.place?.line, 2);
});

test('how the control domain is virtualized', () => {
  assert.equal(state('guestType', { ...control, '/sys/hypervisor/guest_type': 'PV\n' }), 'PV');
  assert.equal(state('guestType', control), 'unknown');
});
