import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineGuest } from '#apply/define-guest';
import { guestBlockers } from '#apply/guest-blockers';
import { makeLiveCall } from '#apply/make-live-call';
import { openHostSchemas } from '#apply/open-host-schemas';
import { restoreGuest } from '#apply/restore-guest';
import { type Change, invert } from '#change/change';
import type { DomainPart } from '#change/domain/domain-part';
import { liveHostOf } from '#change/domain/live-host';
import { domainLiveKind, liveHalf } from '#change/kinds/domain-live';
import { editDomain } from '#change/kinds/domain-xml';
import type { Observed } from '#change/observed';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { canonicalXml } from '#formats/xml/canonical-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { Connection } from '#libvirt/connection';
import { localTree } from '#transport/local-tree';
import { type BusyboxGuest, busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest();
let daemon: PrivateLibvirtd;
let connection: Connection;
let kit: BusyboxGuest;
let guest: Domain;

const tree = localTree('/', { missing: 'absent' });
const file = (path: string): string | undefined => {
  const found = tree.read(path);
  return found.outcome === 'ok' ? found.value : undefined;
};

/** Root ports that are free, a bridge for what is no PCI Express device, and a place for channels. */
const room = `${Array.from({ length: 6 }, (_, at) => `<controller type='pci' index='${at + 1}' model='pcie-root-port'/>`).join('')}
  <controller type='pci' index='7' model='pcie-to-pci-bridge'/><controller type='virtio-serial' index='0'/>`;

before(async () => {
  if (skip !== undefined) return;
  [daemon, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  connection = await daemon.connect();
  const log = join(daemon.folder, 'log/console');
  const disk = join(daemon.folder, 'disk.qcow2');
  await daemon.enter('qemu-img', 'create', '-q', '-f', 'qcow2', disk, '64M');
  const xml = kit.xml({
    name: 'box',
    vcpus: 2,
    memoryMib: 192,
    console: log,
    hasBalloonDriver: true,
    devices: `${room}<graphics type='vnc' passwd='sesame'/>
      <disk type='file'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>`,
  });
  const first = await connection.defineDomain(xml);
  // what libvirt filled in it brings into its order when it reads its own text again
  guest = await connection.startDomain(await connection.defineDomain(await storedXml(first)));
  for (let attempt = 0; !(await readFile(log, 'latin1').catch(() => '')).includes('nearmetal guest is up'); attempt++) {
    assert.ok(attempt < 600, 'the guest comes up');
    await sleep(100);
  }
});
after(async () => {
  await connection?.close();
  await daemon?.stop();
});

const storedXml = (domain: Domain): Promise<string> => connection.domainXml(domain, { inactive: true, secure: true });

/** The running half without what libvirt numbers anew, and pins to all CPUs, which are none. */
async function liveText(): Promise<string> {
  const xml = await connection.domainXml(guest);
  const online = file('/sys/devices/system/cpu/online')?.trim() ?? '';
  const bare = xml
    .replaceAll(new RegExp(`\\s*<(?:vcpupin vcpu='\\d+'|emulatorpin) cpuset='${online}'/>`, 'g'), '')
    .replace(/\s*<cputune>\s*<\/cputune>/, '')
    .replace(/\s*<stats period='0'\/>/, '');
  return canonicalXml(parseXml(bare, { file: 'box' }).root, { without: new Set(['alias', 'address', 'seclabel']) });
}

async function observed(): Promise<Observed> {
  const [stored, running] = [await storedXml(guest), await connection.domainXml(guest)];
  const nothing = (): undefined => undefined;
  const unit = (): never => assert.fail('no unit is looked at');
  return {
    file,
    stamp: () => undefined,
    imageUse: () => ({ users: [], writers: [], overlays: [] }),
    folder: nothing,
    unit,
    guest: (_, half) => (half === 'stored' ? stored : running),
  };
}

/** Carries out a change of the running half; gives the calls that it took. */
async function makeLive(change: Change): Promise<readonly string[]> {
  const steps = domainLiveKind.steps(change, await observed());
  const calls: string[] = [];
  for (const step of steps) {
    assert.ok(step.do === 'live-call');
    await makeLiveCall(connection, 'box', step.call);
    calls.push(step.call.call);
  }
  const state = domainLiveKind.state(change, await observed());
  assert.ok(domainLiveKind.isSame(state, change.after), JSON.stringify(state));
  return calls;
}

const part = (path: string, content?: string): DomainPart => ({ path, content });
const rng =
  "<rng model='virtio'><rate period='1000' bytes='1024'/><backend model='random'>/dev/urandom</backend></rng>";
const channel = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>";
const nic = "<interface type='user'><mac address='52:54:00:00:00:77'/><model type='virtio'/></interface>";

/** What is changed, what libvirt's own XML shows then, in both halves, and by which calls. */
const cases: readonly {
  readonly name: string;
  readonly before?: readonly DomainPart[];
  readonly after: readonly DomainPart[];
  readonly shows: RegExp;
  readonly calls: readonly string[];
}[] = [
  {
    name: 'pins of vCPUs and of QEMU’s own threads',
    after: [
      part("cputune/vcpupin[@vcpu='0']/@cpuset", '0'),
      part("cputune/vcpupin[@vcpu='1']/@cpuset", '1'),
      part('cputune/emulatorpin/@cpuset', '0'),
    ],
    shows: /<vcpupin vcpu='0' cpuset='0'\/>\s*<vcpupin vcpu='1' cpuset='1'\/>\s*<emulatorpin cpuset='0'\/>/,
    calls: ['pin-vcpu', 'pin-vcpu', 'pin-emulator'],
  },
  {
    name: 'I/O threads, bound',
    after: [part('iothreads', '2'), part("cputune/iothreadpin[@iothread='2']/@cpuset", '1')],
    shows: /<iothreads>2<\/iothreads>[\s\S]*<iothreadpin iothread='2' cpuset='1'\/>/,
    calls: ['add-iothread', 'add-iothread', 'pin-iothread'],
  },
  {
    name: 'the period of the balloon’s statistics',
    after: [part('devices/memballoon/stats/@period', '5')],
    shows: /<stats period='5'\/>/,
    calls: ['set-balloon-period'],
  },
  {
    name: 'memory, which the guest gives up and takes back',
    before: [part('currentMemory', '196608')],
    after: [part('currentMemory', '163840')],
    shows: /<currentMemory unit='KiB'>163840</,
    calls: ['set-memory'],
  },
  {
    name: 'limits of a disk',
    after: [part("devices/disk[target/@dev='vda']/iotune/total_iops_sec", '500')],
    shows: /<total_iops_sec>500</,
    calls: ['set-iotune'],
  },
  {
    name: 'a random number generator',
    after: [part('devices/rng', rng)],
    shows: /<backend model='random'>\/dev\/urandom<\/backend>/,
    calls: ['attach-device'],
  },
  {
    name: 'a watchdog',
    after: [part('devices/watchdog', "<watchdog model='i6300esb' action='reset'/>")],
    shows: /<watchdog model='i6300esb' action='reset'>/,
    calls: ['attach-device'],
  },
  {
    name: 'the channel of the guest agent',
    after: [part("devices/channel[target/@name='org.qemu.guest_agent.0']", channel)],
    shows: /<target type='virtio' name='org\.qemu\.guest_agent\.0'/,
    calls: ['attach-device'],
  },
  {
    name: 'a virtio-scsi controller',
    after: [
      part("devices/controller[@type='scsi'][@index='0']", "<controller type='scsi' index='0' model='virtio-scsi'/>"),
    ],
    shows: /<controller type='scsi' index='0' model='virtio-scsi'>/,
    calls: ['attach-device'],
  },
  {
    name: 'a network interface',
    after: [part("devices/interface[mac/@address='52:54:00:00:00:77']", nic)],
    shows: /<mac address='52:54:00:00:00:77'\/>/,
    calls: ['attach-device'],
  },
];

for (const { name, before: was, after: wanted, shows, calls } of cases) {
  test(`a running guest is changed in both halves, and back: ${name}`, { skip }, async () => {
    const change = editDomain('box', was ?? wanted.map(({ path }) => part(path)), wanted);
    const [stored, live] = [await storedXml(guest), await liveText()];
    const half = liveHalf(change, await connection.domainXml(guest), liveHostOf(file));
    assert.ok(half.is === 'live', JSON.stringify(half));
    const validator = await openHostSchemas(tree);
    const defined = await defineGuest(connection, 'box', change.after, { validator });
    assert.deepEqual(await makeLive(half.change), calls);
    for (const xml of [await daemon.virsh('dumpxml', 'box'), await daemon.virsh('dumpxml', 'box', '--inactive')])
      assert.match(xml, shows);
    assert.deepEqual(liveHalf(change, await connection.domainXml(guest), liveHostOf(file)), { is: 'already' });

    await makeLive(invert(half.change));
    const { is } = await restoreGuest(connection, 'box', {
      original: stored,
      hash: defined.after.hash,
      parts: change.before,
    });
    validator?.dispose();
    assert.equal(is, 'whole');
    assert.equal(await storedXml(guest), stored);
    assert.equal(`${stored}\n`, await daemon.virsh('dumpxml', 'box', '--inactive', '--security-info'));
    assert.equal(await liveText(), live);
  });
}

test('what libvirt cannot change while a guest runs is left to its next start, with the reason', { skip }, async () => {
  const xml = await connection.domainXml(guest);
  for (const [path, content] of [
    ['memoryBacking/locked', '<locked/>'],
    ['vcpu', '4'],
    ["devices/disk[target/@dev='vda']/driver/@cache", 'none'],
    ['numatune/memory', "<memory mode='strict' nodeset='0'/>"],
    ['features/kvm/hint-dedicated/@state', 'on'],
    ['devices/tpm', "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>"],
    ['currentMemory', '900000'],
  ] as const) {
    const half = liveHalf(editDomain('box', [part(path)], [part(path, content)]), xml, liveHostOf(file));
    assert.equal(half.is, 'later', path);
  }
});

test('a limit below what the guest uses is refused before anything is done', { skip }, async () => {
  const call = { call: 'set-memory-limits', limits: { hard_limit: 4096 } } as const;
  await assert.rejects(makeLiveCall(connection, 'box', call), { name: 'GuestError', code: 'unsafe' });
  assert.ok(!(await connection.domainXml(guest)).includes('hard_limit'));
});

test('guests that are not to be touched are named: transient, managed, saved, with a job on a disk', {
  skip,
}, async () => {
  const of = async (name: string, files = tree): Promise<readonly string[]> =>
    (await guestBlockers(connection, name, files)).map(({ is }) => is);
  assert.deepEqual(await of('box'), []);
  await assert.rejects(guestBlockers(connection, 'nobody', tree), { name: 'GuestError', code: 'no-such-guest' });

  const cib = `<cib><configuration><resources><primitive id='vm' type='VirtualDomain'><instance_attributes>
    <nvpair name='config' value='/etc/libvirt/qemu/box.xml'/></instance_attributes></primitive></resources></configuration></cib>`;
  const cluster = {
    ...tree,
    read: (path: string) => (path.endsWith('cib.xml') ? ({ outcome: 'ok', value: cib } as const) : tree.read(path)),
  };
  assert.deepEqual(await of('box', cluster), ['managed']);

  const fleeting = await connection.createDomain(kit.xml({ name: 'fleeting' }));
  assert.deepEqual(await of('fleeting'), ['transient']);
  await connection.destroyDomain(fleeting);

  const copy = join(daemon.folder, 'copy.qcow2');
  await daemon.virsh('blockcopy', 'box', 'vda', copy, '--transient-job');
  assert.deepEqual(await of('box'), ['block-job']);
  await daemon.virsh('blockjob', 'box', 'vda', '--abort');

  const stored = await storedXml(guest);
  await daemon.virsh('snapshot-create-as', 'box', 'first', '--disk-only', '--no-metadata', '--print-xml');
  await daemon.virsh('managedsave', 'box');
  assert.deepEqual(await of('box'), ['managed-save']);
  await daemon.virsh('managedsave-remove', 'box');
  assert.deepEqual(await of('box'), []);
  assert.equal(await storedXml(guest), stored);
});

test('a definition is taken beside a snapshot', { skip }, async () => {
  await daemon.virsh('snapshot-create-as', 'box', 'first');
  const original = await storedXml(guest);
  const locked = [part('memoryBacking/locked', '<locked/>')];
  const { after: defined } = await defineGuest(connection, 'box', locked);
  assert.ok(defined.xml.includes('<locked/>'));
  const parts = [part('memoryBacking/locked')];
  assert.equal((await restoreGuest(connection, 'box', { original, hash: defined.hash, parts })).is, 'whole');
  assert.equal(await storedXml(guest), original);
  await daemon.virsh('snapshot-delete', 'box', 'first');
});
