import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { applyPlan } from '#apply/apply-plan';
import { openLedger } from '#apply/ledger';
import { readRuns } from '#apply/read-runs';
import { NoRoom } from '#apply/room-for-run';
import type { Change } from '#change/change';
import type { DomainPart } from '#change/domain/domain-part';
import { liveHostFiles, liveHostOf } from '#change/domain/live-host';
import { liveHalf } from '#change/kinds/domain-live';
import { editDomain } from '#change/kinds/domain-xml';
import { canonicalXml } from '#formats/xml/canonical-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { Connection } from '#libvirt/connection';
import { localTree } from '#transport/local-tree';
import { diskTarget } from '../apply/kill/disk-machine.js';
import { hostChanges } from '../apply/kill/kill-plan.js';
import { type KillScene, makeScene } from '../apply/kill/kill-scene.js';
import {
  type Beside,
  killApply,
  killUndo,
  type Pictures,
  runThrough,
  takePictures,
} from '../apply/kill/killed-runs.js';
import { randomOf } from '../apply/kill/random-of.js';
import { requestFor, undoFirst } from '../apply/kill/requests.js';
import { planOf } from '../apply/plan-of.js';
import { busyboxGuest, noBusyboxGuest } from '../live/busybox-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from '../live/private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noBusyboxGuest() ?? false;
const tree = localTree('/', { missing: 'absent' });
const file = (path: string): string | undefined => {
  const found = tree.read(path);
  return found.outcome === 'ok' ? found.value : undefined;
};

let daemon: PrivateLibvirtd;
let connection: Connection;
let scene: KillScene;
let beside: Beside;
let pictures: Pictures;
let plan: ReturnType<typeof planOf>;

const part = (path: string, content?: string): DomainPart => ({ path, content });
const edit = (guest: string, ...after: readonly DomainPart[]): Change =>
  editDomain(
    guest,
    after.map(({ path }) => part(path)),
    after,
  );
const pins = [
  part("cputune/vcpupin[@vcpu='0']/@cpuset", '0'),
  part("cputune/vcpupin[@vcpu='1']/@cpuset", '1'),
  part('cputune/emulatorpin/@cpuset', '0'),
];
const rng = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>";

before(async () => {
  if (skip !== false) return;
  const [started, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  daemon = started;
  connection = await daemon.connect();
  const originals = new Map<string, string>();
  for (const name of ['one', 'two', 'runs']) {
    const xml = kit.xml({
      name,
      vcpus: 2,
      memoryMib: 128,
      console: join(daemon.folder, `log/${name}`),
      devices: "<graphics type='vnc' passwd='sesame'/>",
    });
    const domain = await connection.defineDomain(xml);
    // what libvirt filled in it brings into its order when it reads its own text again
    await connection.defineDomain(await connection.domainXml(domain, { inactive: true, secure: true }));
    if (name === 'runs') await connection.startDomain(domain);
    originals.set(name, await connection.domainXml(domain, { inactive: true, secure: true }));
  }
  const running = await connection.domainXml(await connection.domainByName('runs'));
  const live = liveHalf(
    { on: 'runs', before: pins.map(({ path }) => part(path)), after: pins },
    running,
    liveHostOf(file),
  );
  assert.ok(live.is === 'live');
  plan = planOf([
    ...hostChanges,
    edit('one', part('iothreads', '2')),
    edit('one', part('devices/memballoon/stats/@period', '5')),
    edit('one', part('devices/rng[1]', rng)),
    edit('two', ...pins),
    edit('two', part('memoryBacking/hugepages', '<hugepages/>'), part('memoryBacking/nosharepages', '<nosharepages/>')),
    edit('runs', ...pins),
    live.change,
  ]);
  const files = Object.fromEntries(
    liveHostFiles.flatMap(path => (file(path) === undefined ? [] : [[path, file(path) ?? '']])),
  );
  scene = makeScene(plan, { sockets: daemon.socketDirectory, files });
  beside = {
    parts: { libvirt: connection },
    reset: async () => {
      for (const [name, xml] of originals)
        if ((await connection.domainXml(await connection.domainByName(name), { inactive: true, secure: true })) !== xml)
          await connection.defineDomain(xml, { validate: false });
    },
    picture: async () => {
      const stored: string[] = [];
      for (const name of originals.keys())
        stored.push(await connection.domainXml(await connection.domainByName(name), { inactive: true, secure: true }));
      return [...stored, await runningPicture()].join('\n');
    },
  };
  pictures = await takePictures(scene, beside);
});
after(async () => {
  scene?.remove();
  await connection?.close();
  await daemon?.stop();
});

/** The running half, pins to all CPUs left out: libvirt cannot take a pin away while a guest runs. */
async function runningPicture(): Promise<string> {
  const online = file('/sys/devices/system/cpu/online')?.trim() ?? '';
  const xml = (await connection.domainXml(await connection.domainByName('runs')))
    .replaceAll(new RegExp(`\\s*<(?:vcpupin vcpu='\\d+'|emulatorpin) cpuset='${online}'/>`, 'g'), '')
    .replace(/\s*<cputune>\s*<\/cputune>/, '');
  return canonicalXml(parseXml(xml, { file: 'runs' }).root, { without: new Set(['alias', 'address', 'seclabel']) });
}

test('killed at every call that makes something last', { skip }, async t => {
  const counts = { nothing: 0, unfinished: 0, through: 0 };
  for (let point = 1; point <= pictures.points; point++)
    counts[await killApply(scene, plan, pictures, { point }, point % 4 < 2 ? 'undo' : 'finish', beside)]++;
  t.diagnostic(`${plan.changes.length} changes, killed at all ${pictures.points} points: ${JSON.stringify(counts)}`);
});

test('killed at 200 random instants', { skip }, async t => {
  const seed = Number(process.env['NEARMETAL_KILL_SEED'] ?? randomInt(1_000_000));
  const random = randomOf(seed);
  const counts = { nothing: 0, unfinished: 0, through: 0 };
  for (let at = 0; at < 200; at++)
    counts[
      await killApply(
        scene,
        plan,
        pictures,
        { afterMs: random(Math.ceil(pictures.lastsMs)) },
        at % 2 === 0 ? 'undo' : 'finish',
        beside,
      )
    ]++;
  t.diagnostic(`seed ${seed}, 200 instants within ${Math.round(pictures.lastsMs)} ms: ${JSON.stringify(counts)}`);
});

test('killed while it is taken back', { skip }, async t => {
  scene.reset();
  await beside.reset();
  await runThrough(scene, 'apply', 0);
  const points = Number(await runThrough(scene, 'undo', 0));
  for (let point = 1; point <= points; point++) await killUndo(scene, pictures, { point }, beside);
  t.diagnostic(`killed at all ${points} points of the undo`);
});

test('Ctrl-C, in an apply and in an undo', { skip }, async t => {
  const counts = { nothing: 0, unfinished: 0, through: 0 };
  for (let at = 0, interrupted = 1; interrupted <= pictures.points; at++, interrupted += 6) {
    const settled = at % 2 === 0 ? 'undo' : 'finish';
    counts[await killApply(scene, plan, pictures, { interrupted }, settled, beside)]++;
  }
  let undone = 0;
  for (let interrupted = 1; interrupted <= pictures.points / 2; interrupted += 6, undone++)
    await killUndo(scene, pictures, { interrupted }, beside);
  t.diagnostic(`interrupted while it applied: ${JSON.stringify(counts)}; while it took back: ${undone}`);
});

test('a step that fails, whichever it is', { skip }, async t => {
  let steps = 0;
  for (let failing = 1; ; failing++) {
    scene.reset();
    await beside.reset();
    const target = diskTarget(scene.folder, beside.parts);
    let count = 0;
    const refuse = (): void => {
      count++;
      if (count === failing) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    const { files } = target;
    const [store, knob] = [files.store.bind(files), files.writeKnob.bind(files)];
    files.store = (path, bytes, rights) => {
      refuse();
      store(path, bytes, rights);
    };
    files.writeKnob = (path, text) => {
      refuse();
      knob(path, text);
    };
    const run: typeof target.run = async argv => {
      count++;
      return count === failing ? { code: 1, output: 'refused' } : target.run(argv);
    };
    const applied = await applyPlan(requestFor({ ...target, run }, scene.state, plan));
    await undoFirst(diskTarget(scene.folder, beside.parts), scene.state);
    if (count < failing) break;
    assert.equal(applied.result, 'failed');
    assert.equal(`${scene.picture()}\n${await beside.picture()}`, pictures.before, `step ${failing} failed`);
    steps++;
  }
  t.diagnostic(`each of ${steps} steps failed once`);
});

test('the file system of the ledger becomes full', { skip }, async t => {
  const mount = (...words: readonly string[]): void =>
    assert.equal(spawnSync(words[0] ?? '', words.slice(1)).status, 0, words.join(' '));
  scene.reset();
  mount('mount', '-t', 'tmpfs', '-o', 'size=256k', 'none', scene.state);
  try {
    await beside.reset();
    const target = diskTarget(scene.folder, beside.parts);
    await assert.rejects(applyPlan(requestFor(target, scene.state, plan)), NoRoom);
    assert.deepEqual(readdirSync(scene.state), [], 'nothing was written');
    mount('mount', '-o', 'remount,size=8m', scene.state);
    const results = { failed: 0, nothing: 0, other: 0 };
    for (let point = 1; point <= pictures.points; point += 7) {
      scene.reset();
      await beside.reset();
      // where even the first records have no room the process ends with the error that says so
      await runThrough(scene, 'apply', `full:${point}`).catch((error: unknown) => {
        if (!/LedgerError|ENOSPC/.test(String(error))) throw error;
      });
      const [story] = readRuns(openLedger(scene.state)).stories;
      results[story === undefined ? 'nothing' : story.result === 'failed' ? 'failed' : 'other']++;
      const isRoomy = story?.result === 'failed';
      // what the run kept free is enough to take it back; where it did not come so far somebody must make room
      if (!isRoomy) rmSync(join(scene.state, 'somebody-elses'), { force: true });
      await undoFirst(diskTarget(scene.folder, beside.parts), scene.state);
      assert.equal(`${scene.picture()}\n${await beside.picture()}`, pictures.before, `full at call ${point}`);
    }
    let undone = 0;
    for (let point = 1; point <= pictures.points / 2; point += 9, undone++) {
      scene.reset();
      await beside.reset();
      await runThrough(scene, 'apply', 0);
      await runThrough(scene, 'undo', `full:${point}`).catch((error: unknown) => {
        if (!/LedgerError|ENOSPC/.test(String(error))) throw error;
      });
      rmSync(join(scene.state, 'somebody-elses'), { force: true });
      await undoFirst(diskTarget(scene.folder, beside.parts), scene.state);
      assert.equal(`${scene.picture()}\n${await beside.picture()}`, pictures.before, `undo, full at call ${point}`);
    }
    t.diagnostic(`full at ${undone} points of the undo`);
    t.diagnostic(`full at ${results.failed + results.nothing + results.other} points: ${JSON.stringify(results)}`);
  } finally {
    spawnSync('umount', [scene.state]);
  }
});
