import assert from 'node:assert/strict';
import test from 'node:test';
import { guests } from '#collect/guests';
import type { DomainAnswer } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import type { Guest } from '#model/guest';
import { gib, mib } from '#units/bytes';
import { knownValue, reasonOf } from '../../test/domain-facts.js';
import { answersOf, domainAnswer, sourcesOf } from '../../test/libvirt-answers.js';
import { recordingTree, undeclared } from '../../test/touched-paths.js';

function readOne(
  domain: DomainAnswer,
  files: Readonly<Record<string, string | null>> = {},
  more: Partial<Sources> = {},
): Guest {
  const sources = { ...sourcesOf(files, answersOf({ domains: { value: [domain] } })), ...more };
  return knownValue(guests.read(sources))[0] ?? assert.fail('no guest');
}

test('a running guest has state, definition, live definition and statistics', () => {
  const guest = readOne(
    domainAnswer('db1', {
      autostart: { value: true },
      liveXml: { value: "<domain type='kvm' id='3'><name>db1</name><memory unit='GiB'>2</memory></domain>" },
      stats: {
        'balloon.current': 4194304,
        'balloon.maximum': 8388608,
        'balloon.rss': 1024,
        'vcpu.current': 2,
        'vcpu.maximum': 4,
        'vcpu.0.time': 5,
        'vcpu.0.delay': 7,
        'vcpu.3.time': 6,
      },
    }),
  );
  assert.equal(guest.name, 'db1');
  assert.equal(knownValue(guest.uuid), '5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b01');
  assert.equal(knownValue(guest.state), 'running');
  assert.deepEqual(
    [knownValue(guest.autostart), knownValue(guest.isPersistent), knownValue(guest.hasManagedSave)],
    [true, true, false],
  );
  assert.equal(knownValue(guest.config.memory), gib(4));
  assert.equal(guest.config.source, 'virDomainGetXMLDesc(INACTIVE) db1');
  assert.equal(knownValue(knownValue(guest.live).memory), gib(2));
  assert.deepEqual(knownValue(guest.stats), {
    balloonCurrent: gib(4),
    balloonMaximum: gib(8),
    residentSize: mib(1),
    currentVcpus: 2,
    vcpus: [
      { id: 0, timeNs: 5, delayNs: 7 },
      { id: 3, timeNs: 6, delayNs: undefined },
    ],
  });
  assert.match(reasonOf(guest.load), /only over time/);
});

test('a guest that is off has no live definition, statistics, load or process', () => {
  const guest = readOne(domainAnswer('g', { state: { value: 5 }, liveXml: undefined }), {
    '/run/libvirt/qemu/g.pid': '12',
  });
  assert.equal(knownValue(guest.state), 'shut-off');
  for (const fact of [guest.live, guest.stats, guest.load, guest.process.pid, guest.process.ksm]) {
    assert.equal(fact.state, 'absent');
  }
});

test('a call that failed makes its fact unknown, and with the state all that hangs on it', () => {
  const guest = readOne(
    domainAnswer('g', { state: { error: 'timed out', remedy: 'try again' }, xml: { error: 'access denied' } }),
  );
  assert.equal(reasonOf(guest.state), 'timed out');
  assert.equal(reasonOf(guest.live), 'timed out');
  assert.equal(reasonOf(guest.config.disks), 'access denied');
  assert.equal(reasonOf(guest.osId), 'access denied');
  assert.match(reasonOf(readOne(domainAnswer('g', { state: { value: 77 } })).state), /state 77/);
});

test('a definition that is no domain XML is unknown in every part, with the place of the fault', () => {
  const broken = readOne(domainAnswer('g', { xml: { value: '<domain>\n<memory>' } }));
  assert.match(reasonOf(broken.config.memory), /^virDomainGetXMLDesc\(INACTIVE\) g:2:/);
  const other = readOne(domainAnswer('g', { xml: { value: '<network/>' } }));
  assert.match(reasonOf(other.config.memory), /network/);
});

test('the process of a guest is found by its pid file, else by its cgroup', () => {
  const memory = {
    '/proc/4711/smaps_rollup': 'Rss: 1 kB\nAnonHugePages:      4096 kB\n',
    '/proc/4711/ksm_stat': 'ksm_rmap_items 9\nksm_merging_pages 4\n',
  };
  const byFile = readOne(domainAnswer('g'), { '/run/libvirt/qemu/g.pid': '4711\n', ...memory });
  assert.equal(knownValue(byFile.process.pid), 4711);
  assert.equal(knownValue(byFile.process.anonymousHugePages), mib(4));
  assert.deepEqual(knownValue(byFile.process.ksm), { mergingPages: 4, rmapItems: 9 });
  const scope = '/sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope';
  const byGroup = readOne(domainAnswer('web-1'), { [`${scope}/libvirt/cgroup.procs`]: '4711\n4712\n', ...memory });
  assert.equal(knownValue(byGroup.process.pid), 4711);
  assert.match(reasonOf(readOne(domainAnswer('g')).process.pid), /names its process/);
});

test('a process that may not be looked into is unknown, one on an older kernel tells less', () => {
  const denied = readOne(domainAnswer('g'), { '/run/libvirt/qemu/g.pid': '7', '/proc/7/smaps_rollup': null });
  assert.match(reasonOf(denied.process.anonymousHugePages), /no right to read/);
  assert.equal(denied.process.ksm.state, 'absent');
  const older = readOne(domainAnswer('g'), { '/run/libvirt/qemu/g.pid': '7', '/proc/7/ksm_merging_pages': '12\n' });
  assert.deepEqual(knownValue(older.process.ksm), { mergingPages: 12, rmapItems: undefined });
});

const times = (time: number, delay: number | undefined): NonNullable<DomainAnswer['stats']> => ({
  'vcpu.maximum': 2,
  'vcpu.0.time': time,
  'vcpu.1.time': time,
  ...(delay === undefined ? {} : { 'vcpu.0.delay': delay, 'vcpu.1.delay': delay }),
});

function loadOf(first: DomainAnswer['stats'], second: DomainAnswer['stats'], files = {}, later = {}): Guest['load'] {
  const twice = sourcesOf(
    { '/run/libvirt/qemu/g.pid': '7', ...later },
    answersOf({ domains: { value: [domainAnswer('g', { stats: second })] } }),
  );
  return readOne(
    domainAnswer('g', { stats: first }),
    { '/run/libvirt/qemu/g.pid': '7', ...files },
    { later: { ...twice, afterMs: 10_000 } },
  ).load;
}

test('the demand for CPU is what the vCPUs ran and waited, over the time between', () => {
  const load = knownValue(loadOf(times(1e9, 0), times(6e9, 2e9)));
  assert.deepEqual(load, { overMs: 10_000, demand: 1.4 });
});

test('where libvirt does not tell the waiting, the threads of the vCPUs do; without either the demand is unknown', () => {
  const thread = (task: number, cpu: number, wait: number): Record<string, string> => ({
    [`/proc/7/task/${task}/comm`]: `CPU ${cpu}/KVM\n`,
    [`/proc/7/task/${task}/schedstat`]: `1000 ${wait} 12\n`,
  });
  const before = { ...thread(8, 0, 0), ...thread(9, 1, 5e8), '/proc/7/task/7/comm': 'qemu-system-x86' };
  const after = { ...thread(8, 0, 1e9), ...thread(9, 1, 5e8) };
  assert.equal(knownValue(loadOf(times(0, undefined), times(5e9, undefined), before, after)).demand, 1.1);
  assert.match(reasonOf(loadOf(times(0, undefined), times(5e9, undefined))), /waited/);
  assert.match(reasonOf(loadOf(times(9e9, 0), times(1e9, 0))), /started anew/);
  assert.match(reasonOf(loadOf(times(1, 1), undefined)), /twice/);
});

test('Pacemaker and Harvester are told by the host, other managers by the definition', () => {
  const cib = `<cib><configuration><resources><group id='g'><primitive id='rsc_db' class='ocf' provider='heartbeat' type='VirtualDomain'>
    <instance_attributes id='a'><nvpair id='n' name='config' value='/srv/guests/db1.xml'/></instance_attributes></primitive></group></resources></configuration></cib>`;
  const path = '/var/lib/pacemaker/cib/cib.xml';
  assert.equal(knownValue(readOne(domainAnswer('db1'), { [path]: cib }).managedBy), 'Pacemaker');
  assert.equal(readOne(domainAnswer('db2'), { [path]: cib }).managedBy.state, 'absent');
  assert.match(reasonOf(readOne(domainAnswer('db1'), { [path]: null }).managedBy), /no right to read/);
  const kubevirt = {
    value: "<domain><name>g</name><metadata><kubevirt xmlns='http://kubevirt.io'/></metadata></domain>",
  };
  assert.equal(knownValue(readOne(domainAnswer('g', { xml: kubevirt })).managedBy), 'KubeVirt');
  assert.equal(
    knownValue(
      readOne(domainAnswer('g', { xml: kubevirt }), { '/etc/harvester-release.yaml': 'harvester: v1.3' }).managedBy,
    ),
    'Harvester',
  );
});

const definition = (name: string): string =>
  `<!-- made by libvirt -->\n<domain type='kvm'>\n<name>${name}</name>\n<vcpu>2</vcpu></domain>`;

test('without libvirt, its own files tell of the guests', () => {
  const sources = sourcesOf({
    '/etc/libvirt/qemu/a.xml': definition('a'),
    '/etc/libvirt/qemu/b.xml': definition('b'),
    '/etc/libvirt/qemu/networks/default.xml': '<network/>',
    '/etc/libvirt/qemu/autostart/a.xml': '-> /etc/libvirt/qemu/a.xml',
    '/run/libvirt/qemu/b.xml': `<domstatus state='paused' reason='user' pid='99'><domain type='kvm' id='1'><name>b</name><vcpu>1</vcpu></domain></domstatus>`,
    '/run/libvirt/qemu/transient.xml': `<domstatus state='running' pid='100'><domain type='kvm'><name>transient</name></domain></domstatus>`,
  });
  const [a, b, transient, ...others] = knownValue(guests.read(sources));
  assert.ok(a && b && transient);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [a.name, knownValue(a.state), knownValue(a.autostart), a.config.source],
    ['a', 'shut-off', true, '/etc/libvirt/qemu/a.xml'],
  );
  assert.equal(a.config.vcpus.state === 'known' && a.config.vcpus.evidence[0]?.place?.line, 4);
  assert.deepEqual(
    [b.name, knownValue(b.state), knownValue(b.autostart), knownValue(b.process.pid)],
    ['b', 'paused', false, 99],
  );
  assert.equal(knownValue(knownValue(b.live).vcpus).max, 1);
  assert.equal(knownValue(b.config.vcpus).max, 2);
  assert.deepEqual(
    [knownValue(transient.isPersistent), transient.config.source],
    [false, '/run/libvirt/qemu/transient.xml'],
  );
  assert.match(reasonOf(b.stats), /libvirt did not answer/);
  assert.equal(a.live.state, 'absent');
});

test('where the status files were not captured, the state of a guest is unknown', () => {
  const [guest] = knownValue(
    guests.read(sourcesOf({ '/etc/libvirt/qemu/a.xml': definition('a') }, undefined, 'not-captured')),
  );
  assert.ok(guest);
  assert.match(reasonOf(guest.state), /libvirt did not answer/);
  assert.match(reasonOf(guest.autostart), /not captured/);
});

test('a definition that may not be read is a guest of which nothing else is known', () => {
  const [guest] = knownValue(guests.read(sourcesOf({ '/etc/libvirt/qemu/a.xml': null })));
  assert.equal(guest?.name, 'a');
  assert.match(reasonOf(guest.config.disks), /no right to read \/etc\/libvirt\/qemu\/a\.xml/);
});

test('without libvirt and its folders there are no guests on a whole machine, and nobody knows on a part of one', () => {
  assert.equal(guests.read(sourcesOf({})).state, 'absent');
  assert.equal(reasonOf(guests.read(sourcesOf({}, undefined, 'not-captured'))), 'no libvirt daemon was found');
});

test('reading guests touches only what is declared', () => {
  const files = {
    '/etc/libvirt/qemu/a.xml': definition('a'),
    '/run/libvirt/qemu/g.pid': '7',
    '/proc/7/task/8/comm': 'CPU 0/KVM',
    '/sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2dh.scope/cgroup.procs': '1',
  };
  const twice = sourcesOf(
    files,
    answersOf({ domains: { value: [domainAnswer('g', { stats: times(2, undefined) })] } }),
  );
  for (const sources of [
    sourcesOf(files),
    sourcesOf(
      files,
      answersOf({
        domains: { value: [domainAnswer('g', { stats: times(1, undefined) }), domainAnswer('h', { uuid: 'other' })] },
      }),
    ),
    sourcesOf(files, answersOf({ uri: 'qemu:///session', domains: { value: [domainAnswer('g')] } })),
  ]) {
    const { tree, touched } = recordingTree(sources.files);
    guests.read({ ...sources, files: tree, later: { ...twice, afterMs: 1000 } });
    assert.ok(touched.length > 2);
    assert.deepEqual(undeclared(guests, touched), []);
  }
});
