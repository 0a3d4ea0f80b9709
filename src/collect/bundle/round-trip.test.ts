import assert from 'node:assert/strict';
import test from 'node:test';
import { recordSources } from '#collect/bundle/bundle-of-sources';
import { readingStates } from '#collect/bundle/reading-states';
import { sourcesOfBundle } from '#collect/bundle/sources-of-bundle';
import { guests } from '#collect/guests';
import { hostReadings } from '#collect/host-readings';
import { insideOfFacts } from '#collect/inside/facts-file';
import type { InsideSource } from '#collect/inside/inside-guests';
import type { DomainAnswer, LibvirtAnswers } from '#collect/libvirt-answers';
import { collectMachine } from '#collect/machine';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import type { Sources } from '#collect/sources';
import { packArchive } from '#formats/bundle/own/pack-archive';
import { parseOwnBundle } from '#formats/bundle/own/parse-own-bundle';
import { type BundleFiles, printOwnBundle } from '#formats/bundle/own/print-own-bundle';
import { unpackArchive } from '#formats/bundle/own/unpack-archive';
import { parseGuestFacts } from '#formats/guest-facts/parse-guest-facts';
import { type Unknown, unknown, valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { noCommands } from '#transport/commands';
import { localTree } from '#transport/local-tree';
import { answersOf, domainAnswer, sourcesOf } from '../../../test/libvirt-answers.js';

const time = new Date('2026-11-22T12:00:00Z');
const read = (sources: Sources): Machine => collectMachine({ source: 'a machine', extent: 'host', sources });

/** Reads a machine, keeps what was read, packs, unpacks, and reads the bundle. */
async function throughBundle(
  sources: Sources,
): Promise<{ before: Machine; after: Machine; files: BundleFiles; notes: readonly string[] }> {
  const recording = recordSources(sources);
  const before = read(recording.sources);
  const bundle = recording.bundle({
    version: '0.1.0',
    time,
    source: 'this machine',
    host: before.host.id.state === 'known' ? before.host.id.value : undefined,
    readings: readingStates(before, { host: hostReadings(), guests, networks, pools }),
  });
  const files = printOwnBundle(bundle);
  const unpacked = await unpackArchive(await packArchive(files, 'nearmetal-node7', time));
  assert.deepEqual(
    [...unpacked].map(([path, bytes]) => [path, bytes.length]),
    [...files].map(([path, bytes]) => [path, bytes.length]),
  );
  const parsed = parseOwnBundle(unpacked);
  return { before, after: read(sourcesOfBundle(parsed.bundle)), files, notes: parsed.notes };
}

/** Machines as they can be compared: evidence made, sets and maps spelled out. */
const plain = (machine: Machine): unknown =>
  JSON.parse(
    JSON.stringify(machine, (_, value: unknown) =>
      value instanceof Map ? { map: [...value] } : value instanceof Set ? { set: [...value] } : value,
    ),
  );

const textOf = (files: BundleFiles): string =>
  [...files].map(([path, bytes]) => `${path}\n${new TextDecoder().decode(bytes)}`).join('\n');

const secret = 'HUNTER2';
const disk = "<disk type='file'><driver type='qcow2'/><source file='/images/a.qcow2'/><target dev='vda'/></disk>";
const definition = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <!-- password: ${secret} -->
  <name>db1</name>
  <memory unit='GiB'>4</memory>
  <sysinfo type='fwcfg'><entry name='opt/ignition'>${secret}</entry></sysinfo>
  <os><type arch='x86_64'>hvm</type><kernel>/k</kernel><cmdline>quiet rd.luks.passphrase="${secret} ${secret}" a=b</cmdline></os>
  <devices>${disk}<graphics type='vnc' passwd='${secret}'/>
    <disk type='network'><source protocol='https' name='x' query='token=${secret}'/><target dev='vdb'/></disk></devices>
  <qemu:commandline><qemu:arg value='-object'/><qemu:arg value='secret,id=a,data=${secret}'/><qemu:arg value='-drive'/><qemu:arg value='file=https://u:${secret}@h/x'/><qemu:env name='DB_PASSWORD' value='${secret}'/></qemu:commandline>
</domain>`;

const domain: DomainAnswer = domainAnswer('db1', {
  xml: { value: definition },
  liveXml: { value: definition },
  stats: {
    'vcpu.maximum': 1,
    'vcpu.0.time': 1e9,
    'vcpu.0.delay': 0,
    'block.count': 1,
    'block.0.name': 'vda',
    'block.0.path': `https://u:${secret}@h/i`,
    'block.0.capacity': 4096,
  },
});
const answers: LibvirtAnswers = answersOf({
  domains: {
    value: [domain, domainAnswer('other', { uuid: 'no uuid/../..', state: { error: 'timed out' } })],
  },
  domainCapabilities: { value: ['<domainCapabilities><a/></domainCapabilities>', '<domainCapabilities/>'] },
  networks: {
    value: [
      {
        name: 'default',
        uuid: '00000000-0000-0000-0000-000000000001',
        active: true,
        autostart: { value: true },
        xml: { value: '<network><name>default</name></network>' },
      },
    ],
  },
  pools: {
    value: [
      {
        name: 'p',
        uuid: '00000000-0000-0000-0000-000000000002',
        active: true,
        xml: { value: `<pool type='rbd'><name>p</name><source><auth passwd='${secret}'/></source></pool>` },
        info: { value: { capacity: 3, allocation: 2, available: 1 } },
        volumes: {
          value: [
            {
              name: 'a.qcow2',
              path: '/images/a.qcow2',
              xml: { value: '<volume><name>a.qcow2</name><capacity>5</capacity></volume>' },
            },
          ],
        },
      },
    ],
  },
});

const files: Readonly<Record<string, string | null>> = {
  '/etc/machine-id': '4c0f1d3a5b7e49218e6d0a1b2c3d4e5f\n',
  '/etc/libvirt/qemu.conf': `vnc_password = "${secret}"\nvnc_listen = "0.0.0.0"\n`,
  '/etc/fstab': `//s/x /m cifs user=a,password=${secret},rw 0 0\nUUID=1 / ext4 defaults 0 1\n`,
  '/proc/self/mounts': `//s/x /m cifs rw,password=${secret} 0 0\n/dev/sda1 / ext4 rw 0 0\n`,
  '/proc/cmdline': `quiet inst.password=${secret} hugepages=4 netroot=iscsi:u:${secret}@1.2.3.4::::x\n`,
  '/etc/default/grub': `GRUB_CMDLINE_LINUX="hugepages=4 cryptkey=${secret}"\n`,
  '/proc/meminfo': 'MemTotal: 1024 kB\nMemAvailable: 512 kB\n',
  '/sys/kernel/mm/ksm/run': null,
  '/run/libvirt/qemu/db1.pid': '77\n',
  '/proc/77/smaps_rollup': 'AnonHugePages: 2048 kB\n',
  '/proc/77/ksm_stat': 'ksm_rmap_items 1\nksm_merging_pages 2\n',
  '/sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2dother.scope/cgroup.procs': '78\n',
  '/etc/systemd/system/multi-user.target.wants/ksm.service': '-> /usr/lib/systemd/system/ksm.service',
};

test('a machine that was read, packed, unpacked and read again is the same machine', async () => {
  const later = sourcesOf(
    { ...files, '/proc/77/task/1/comm': 'x' },
    answersOf({ domains: { value: [{ ...domain, stats: { ...domain.stats, 'vcpu.0.time': 3e9 } }] } }),
  );
  const commands: Sources['commands'] = {
    output: argv =>
      argv[0] === 'qemu-img'
        ? {
            outcome: 'ok',
            value: `[{"filename":"json:{\\"url\\":\\"https://u:${secret}@h\\"}","format":"qcow2","virtual-size":4096}]`,
          }
        : { outcome: 'absent' },
  };
  const {
    before,
    after,
    files: kept,
    notes,
  } = await throughBundle({ ...sourcesOf(files, answers), commands, later: { ...later, afterMs: 4000 } });
  assert.deepEqual(plain(after), plain(before));
  assert.deepEqual(notes, []);
  const [guest] = before.guests.state === 'known' ? before.guests.value : [];
  assert.equal(guest?.load.state === 'known' && guest.load.value.demand, 0.5);
  assert.equal(textOf(kept).includes(secret), false, 'a secret went into the bundle');
  assert.equal(textOf(kept).includes('4c0f1d3a5b7e'), false, 'the machine id is confidential');
  assert.equal(JSON.stringify(plain(before)).includes(secret), false, 'a secret went into the model');
});

test('a machine without libvirt, without rights, or of which only a part was captured comes back as it was', async () => {
  const machines: readonly Sources[] = [
    sourcesOf({ ...files, '/proc/meminfo': null, '/etc/libvirt/qemu/a.xml': definition }),
    sourcesOf(files, undefined, 'not-captured'),
    sourcesOf(
      {},
      answersOf({ domains: { error: 'access denied', remedy: 'run as root' }, capabilities: { error: 'timed out' } }),
    ),
  ];
  for (const sources of machines) {
    const { before, after, files: kept } = await throughBundle(sources);
    assert.deepEqual(plain(after), plain(before));
    assert.equal(textOf(kept).includes(secret), false);
  }
});

test('this machine comes back as it was', async () => {
  const sources = { files: localTree('/', { missing: 'absent' }), libvirt: answersOf(), commands: noCommands };
  const { before, after, notes } = await throughBundle(sources);
  assert.deepEqual(plain(after), plain(before));
  assert.deepEqual(notes, []);
});

test('what guests said of themselves comes back, and what they did not say keeps its reason', async () => {
  const facts = [
    'nearmetal-guest-facts 1',
    'read /proc/cmdline',
    `|quiet rd.luks.passphrase=${secret} transparent_hugepage=never`,
    'read /sys/kernel/mm/transparent_hugepage/enabled',
    '|always madvise [never]',
    'looked /sys/bus/virtio/devices/*/uevent',
  ].join('\n');
  const inside = {
    guests: new Map<string, InsideSource | Unknown>([
      [domain.uuid, insideOfFacts(parseGuestFacts(new TextEncoder().encode(facts)), 'db1.facts')],
      ['no uuid/../..', unknown('its guest agent hangs', 'restart it')],
    ]),
  };
  const { before, after, files: kept } = await throughBundle({ ...sourcesOf(files, answers), inside });
  assert.deepEqual(plain(after), plain(before));
  const [first, second] = valueIfKnown(after.guests) ?? [];
  assert.equal(first?.inside.thp.state === 'known' && first.inside.thp.value, 'never');
  assert.equal(first?.inside.virtioDevices.state, 'known');
  assert.equal(second?.inside.thp.state === 'unknown' && second.inside.thp.reason, 'its guest agent hangs');
  assert.ok(kept.has(`guests/${domain.uuid}/files/proc/cmdline`));
  assert.ok(![...kept.keys()].some(path => path.includes('..')));
  assert.doesNotMatch(textOf(kept), new RegExp(secret));
});

test('what nobody looked at when the bundle was made is not captured in it', async () => {
  const recording = recordSources(sourcesOf(files));
  recording.sources.files.read('/etc/fstab');
  const sources = sourcesOfBundle(recording.bundle({ version: '1', time, source: 's', host: undefined, readings: [] }));
  assert.equal(sources.files.read('/etc/fstab').outcome, 'ok');
  assert.deepEqual(sources.files.read('/proc/cmdline'), {
    outcome: 'not-captured',
    reason: '/proc/cmdline is not in the bundle',
  });
  assert.equal(sources.files.room('/').outcome, 'not-captured');
  assert.equal(sources.commands.output(['xl', 'info']).outcome, 'not-captured');
});

test('answers of libvirt that were tampered with are not understood, the rest of the bundle is', () => {
  const recording = recordSources(sourcesOf(files, answers));
  const kept = new Map(
    printOwnBundle(recording.bundle({ version: '1', time, source: 's', host: undefined, readings: [] })),
  );
  for (const bad of ['{"uri":1}', 'null', '[]', 'no json', '{"__proto__":{"uri":"x"}}']) {
    kept.set('libvirt/answers.json', new TextEncoder().encode(bad));
    const { libvirt } = sourcesOfBundle(parseOwnBundle(kept).bundle);
    assert.ok('state' in libvirt, bad);
  }
  kept.delete('libvirt/answers.json');
  assert.match(JSON.stringify(sourcesOfBundle(parseOwnBundle(kept).bundle).libvirt), /holds no answers/);
});

test('secrets in what libvirt and commands say do not go into a bundle either', () => {
  const recording = recordSources({
    ...sourcesOf(
      {},
      answersOf({
        uri: `qemu+tls://u:${secret}@h/system`,
        hostname: { error: `no answer from https://u:${secret}@h`, remedy: `password=${secret}` },
      }),
    ),
    commands: { output: () => ({ outcome: 'denied', reason: `password: ${secret}` }) },
  });
  recording.sources.commands.output(['curl', `--password=${secret}`]);
  const kept = printOwnBundle(
    recording.bundle({
      version: '1',
      time,
      source: `ssh://u:${secret}@h`,
      host: undefined,
      readings: [{ fact: 'x', state: 'unknown', reason: `https://u:${secret}@h` }],
    }),
  );
  assert.equal(textOf(kept).includes(secret), false, textOf(kept));
});
