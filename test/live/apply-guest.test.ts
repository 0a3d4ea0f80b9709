import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveHostOf } from '#change/domain/live-host';
import { liveHalf } from '#change/kinds/domain-live';
import { editDomain } from '#change/kinds/domain-xml';
import { canonicalXml } from '#formats/xml/canonical-xml';
import { parseXml } from '#formats/xml/parse-xml';
import { busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest();
const program = resolve('dist/cli.cjs');
const secret = 'swordfis';
let daemon: PrivateLibvirtd;
let state: string;

const room = `${Array.from({ length: 6 }, (_, at) => `<controller type='pci' index='${at + 1}' model='pcie-root-port'/>`).join('')}
  <controller type='pci' index='7' model='pcie-to-pci-bridge'/><controller type='virtio-serial' index='0'/>`;

before(async () => {
  if (skip !== undefined) return;
  const [started, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  daemon = started;
  state = await mkdtemp(join(tmpdir(), 'nearmetal-state-'));
  const connection = await daemon.connect();
  const log = join(daemon.folder, 'log/console');
  const defined = await connection.defineDomain(
    kit.xml({
      name: 'box',
      vcpus: 1,
      console: log,
      elements: "<iothreads>1</iothreads><cputune><vcpupin vcpu='0' cpuset='0'/></cputune>",
      devices: `${room}<graphics type='vnc' passwd='${secret}'/>`,
    }),
  );
  const text = await connection.domainXml(defined, { inactive: true, secure: true });
  await connection.startDomain(await connection.defineDomain(text));
  await connection.setAutostart(defined, 'on');
  await connection.close();
  for (let attempt = 0; !(await readFile(log, 'latin1').catch(() => '')).includes('nearmetal guest is up'); attempt++) {
    assert.ok(attempt < 600, 'the guest comes up');
    await sleep(100);
  }
});

after(async () => {
  if (skip !== undefined) return;
  await daemon.stop();
  await rm(state, { recursive: true, force: true });
});

interface Result {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** Runs the program in the daemon's mount namespace, as an administrator of that host would. */
const nearmetal = (...words: readonly string[]): Promise<Result> =>
  new Promise(done => {
    const inside = ['--target', String(daemon.namespacePid), '--mount', process.execPath, program, ...words];
    const child = execFile(
      'nsenter',
      inside,
      { env: { ...process.env, NEARMETAL_STATE_DIR: state }, cwd: '/' },
      (error, out, said) => done({ code: error === null ? 0 : Number(error.code), out, said }),
    );
    child.stdin?.end();
  });

const shown = {
  stored: () => daemon.virsh('dumpxml', 'box', '--inactive', '--security-info'),
  /** Without what libvirt numbers anew, and pins to all CPUs, which are none. */
  running: async (): Promise<string> => {
    const online = (await readFile('/sys/devices/system/cpu/online', 'utf8')).trim();
    const xml = await daemon.virsh('dumpxml', 'box');
    const bare = xml
      .replaceAll(
        new RegExp(`\\s*<(?:vcpupin vcpu='\\d+'|emulatorpin|iothreadpin iothread='\\d+') cpuset='${online}'/>`, 'g'),
        '',
      )
      .replace(/\s*<cputune>\s*<\/cputune>/, '')
      .replace(/\s*<stats period='0'\/>/, '');
    return canonicalXml(parseXml(bare, { file: 'box' }).root, { without: new Set(['alias', 'address', 'seclabel']) });
  },
};

/** Applies a plan, looks at both halves as libvirt's own program shows them, and takes it back. */
async function thereAndBack(plan: string, shows: readonly RegExp[]): Promise<void> {
  const before = { stored: await shown.stored(), running: await shown.running() };
  const dry = await nearmetal('apply', plan, '--dry-run');
  assert.equal(dry.code, 0, dry.out + dry.said);
  assert.equal(await shown.stored(), before.stored);

  const applied = await nearmetal('apply', plan, '--yes', '--format', 'json');
  assert.equal(applied.code, 0, applied.out + applied.said);
  for (const pattern of shows) {
    assert.match(await daemon.virsh('dumpxml', 'box'), pattern);
    assert.match(await daemon.virsh('dumpxml', 'box', '--inactive'), pattern);
  }
  const status = await nearmetal('status');
  assert.equal(status.code, 0, status.out + status.said);

  const { run } = JSON.parse(applied.out);
  const undone = await nearmetal('undo', run, '--yes');
  assert.equal(undone.code, 0, undone.out + undone.said);
  assert.equal(await shown.stored(), before.stored);
  assert.equal(await shown.running(), before.running);
  for (const { out, said } of [dry, applied, status, undone]) assert.ok(!(out + said).includes(secret));
  assert.ok(!(await readFile(plan, 'utf8')).includes(secret));
}

test('devices that a running guest lacks are plugged in, stored, and taken back byte for byte', { skip }, async () => {
  const plan = join(state, 'devices.json');
  const rules = ['guest-agent', 'rng-present', 'watchdog-panic'].flatMap(name => ['--rule', `guest-devices/${name}`]);
  const planned = await nearmetal('plan', '--guest', 'box', ...rules, '-o', plan);
  assert.equal(planned.code, 2, planned.out + planned.said);
  await thereAndBack(plan, [
    /<rng model='virtio'>/,
    /<watchdog model='i6300esb' action='reset'>/,
    /<target type='virtio' name='org\.qemu\.guest_agent\.0'/,
  ]);
});

test('pins, an I/O thread and the period of the balloon are changed in a running guest and in its definition, and back', {
  skip,
}, async () => {
  const parts = [
    ['cputune/emulatorpin/@cpuset', '1'],
    ["cputune/vcpupin[@vcpu='0']/@cpuset", '1'],
    ['iothreads', '2'],
    ["cputune/iothreadpin[@iothread='2']/@cpuset", '0'],
    ['devices/memballoon/stats/@period', '5'],
  ] as const;
  const was: Readonly<Record<string, string>> = { "cputune/vcpupin[@vcpu='0']/@cpuset": '0', iothreads: '1' };
  const stored = editDomain(
    'box',
    parts.map(([path]) => ({ path, content: was[path] })),
    parts.map(([path, content]) => ({ path, content })),
  );
  const host = liveHostOf(path => (path.endsWith('/online') ? readFileSync(path, 'utf8') : undefined));
  const half = liveHalf(stored, await daemon.virsh('dumpxml', 'box'), host);
  assert.ok(half.is === 'live');
  // a plan is a file: its changes may be anybody's
  const model = JSON.parse(await readFile(join(state, 'devices.json'), 'utf8'));
  const changes = [half.change, stored].map((change, at) => ({ ...model.changes[at], number: at + 1, change }));
  const plan = join(state, 'pins.json');
  await writeFile(plan, JSON.stringify({ ...model, changes }));
  await thereAndBack(plan, [
    /<emulatorpin cpuset='1'\/>/,
    /<vcpupin vcpu='0' cpuset='1'\/>/,
    /<iothreadpin iothread='2' cpuset='0'\/>/,
    /<iothreads>2<\/iothreads>/,
    /<stats period='5'\/>/,
  ]);
});

test('what was plugged into a run of a guest that has ended is not pulled out of the next one: its definition is put back, and that waits', {
  skip,
}, async () => {
  const before = await shown.stored();
  const applied = await nearmetal('apply', join(state, 'devices.json'), '--yes', '--format', 'json');
  assert.equal(applied.code, 0, applied.out + applied.said);
  const { run } = JSON.parse(applied.out);
  await daemon.virsh('destroy', 'box');
  await daemon.virsh('start', 'box');
  const undone = await nearmetal('undo', run, '--yes');
  assert.equal(undone.code, 5, undone.out + undone.said);
  assert.equal(await shown.stored(), before);
  assert.match(await daemon.virsh('dumpxml', 'box'), /<rng model='virtio'>/);
  const waiting = await nearmetal('status');
  assert.equal(waiting.code, 5, waiting.out + waiting.said);
  assert.match(waiting.out, /1 taken back, waiting for a restart/);
  await daemon.virsh('destroy', 'box');
  await daemon.virsh('start', 'box');
  const over = await nearmetal('status');
  assert.equal(over.code, 0, over.out + over.said);
});

test('what was planned for a guest that was off waits where the guest runs by the time it is applied', {
  skip,
}, async () => {
  const before = await shown.stored();
  await daemon.virsh('destroy', 'box');
  const plan = join(state, 'off.json');
  const planned = await nearmetal('plan', '--guest', 'box', '--rule', 'guest-devices/rng-present', '-o', plan);
  assert.equal(planned.code, 2, planned.out + planned.said);
  const { changes } = JSON.parse(await readFile(plan, 'utf8'));
  assert.deepEqual(
    changes.map(({ epoch }: { epoch: string }) => epoch),
    ['at-once'],
  );
  await daemon.virsh('start', 'box');
  const applied = await nearmetal('apply', plan, '--yes', '--format', 'json');
  assert.equal(applied.code, 5, applied.out + applied.said);
  await daemon.virsh('destroy', 'box');
  await daemon.virsh('start', 'box');
  const over = await nearmetal('status');
  assert.equal(over.code, 0, over.out + over.said);
  const undone = await nearmetal('undo', JSON.parse(applied.out).run, '--yes');
  assert.equal(undone.code, 5, undone.out + undone.said);
  assert.equal(await shown.stored(), before);
});
