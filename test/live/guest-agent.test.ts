import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CheckDocument } from '#report/check-schema';
import { type AtChannel, agentGuest, noAgentGuest } from './agent-guest.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const skip = noPrivateLibvirtd() ?? noAgentGuest();
const run = promisify(execFile);

const guests: readonly (readonly [name: string, atChannel: AtChannel])[] = [
  ['talks1', 'agent'],
  ['silent1', 'silence'],
  ['lonely1', 'nobody'],
];

/** Rules that need facts from inside, and the faults of `agent-guest.ts`. */
const faults = [
  'guest-boot/linux-guest-minimal',
  'guest-boot/thp-in-database-guest',
  'guest-devices/rng-guest-active',
  'guest-devices/virtio-driver-bound',
  'guest-disk/scheduler-in-guest',
] as const;
const chosen = faults.flatMap(rule => ['--rule', rule]);

let daemon: PrivateLibvirtd;

async function nearmetal(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  try {
    return {
      code: 0,
      out: (await run(process.execPath, ['dist/cli.cjs', ...args], { maxBuffer: 64 * 1024 ** 2 })).stdout,
    };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'number' && 'stdout' in error))
      throw error;
    return { code: error.code, out: String(error.stdout) };
  }
}

const here = (): readonly string[] => ['--connect', `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`];

async function check(...args: readonly string[]): Promise<CheckDocument> {
  const { out } = await nearmetal('check', '--format', 'json', '--intent', 'database', ...chosen, ...args);
  return JSON.parse(out);
}

const outcomesOf = ({ outcomes }: CheckDocument, guest: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    outcomes.filter(({ subject }) => subject.name === guest).map(({ rule, outcome }) => [rule, outcome]),
  );
const reasonsOf = ({ outcomes }: CheckDocument, guest: string): string =>
  JSON.stringify(outcomes.filter(({ subject }) => subject.name === guest));
const all = (outcome: string): Readonly<Record<string, string>> =>
  Object.fromEntries(faults.map(rule => [rule, outcome]));

before(async () => {
  if (skip !== undefined) return;
  const [started, kit] = await Promise.all([startPrivateLibvirtd(), agentGuest()]);
  daemon = started;
  const connection = await daemon.connect();
  for (const [name, atChannel] of guests) {
    const disk = join(daemon.folder, `${name}.raw`);
    await writeFile(disk, new Uint8Array(1024 * 1024));
    const log = join(daemon.folder, `log/${name}`);
    const domain = await connection.defineDomain(
      kit.xml({
        name,
        atChannel,
        console: log,
        memoryMib: 192,
        devices: `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk><memballoon model='virtio'/><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>`,
      }),
    );
    await connection.startDomain(domain);
  }
  const deadline = Date.now() + 120_000;
  for (const [name] of guests) {
    while (!(await readFile(join(daemon.folder, `log/${name}`), 'utf8')).includes('nearmetal guest is up')) {
      assert.ok(Date.now() < deadline, `${name} did not come up`);
      await sleep(200);
    }
  }
  // the agent says hello a moment after it was started
  for (const name of ['talks1', 'silent1']) {
    while (!/guest_agent\.0' state='connected'/.test(await daemon.virsh('dumpxml', name))) {
      assert.ok(Date.now() < deadline, `nobody opened the channel of ${name}`);
      await sleep(200);
    }
  }
  await connection.close();
});
after(() => daemon?.stop());

test('without leave no agent is asked, and the way to the facts is told', { skip }, async () => {
  const report = await check(...here());
  assert.deepEqual(outcomesOf(report, 'talks1'), all('unknown'));
  assert.match(reasonsOf(report, 'talks1'), /its guest agent was not asked/);
  assert.match(reasonsOf(report, 'talks1'), /--guest-agent/);
});

test('with leave the planted faults are found, and an agent that hangs costs its guest alone', { skip }, async () => {
  const started = performance.now();
  const report = await check(...here(), '--guest-agent');
  const tookMs = performance.now() - started;
  assert.deepEqual(outcomesOf(report, 'talks1'), all('bad'), reasonsOf(report, 'talks1'));
  assert.match(reasonsOf(report, 'talks1'), /vda is sorted by mq-deadline/);
  assert.match(reasonsOf(report, 'talks1'), /guest agent \d[^"]*: \/sys\/block/);
  assert.deepEqual(outcomesOf(report, 'silent1'), all('unknown'));
  assert.match(reasonsOf(report, 'silent1'), /guest agent of silent1 does not answer/);
  assert.match(reasonsOf(report, 'silent1'), /restart qemu-guest-agent/);
  assert.deepEqual(outcomesOf(report, 'lonely1'), all('unknown'));
  assert.match(reasonsOf(report, 'lonely1'), /no guest agent answers in its channel/);
  assert.ok(tookMs < 30_000, `it took ${tookMs} ms`);
});

test('a bundle keeps what the guests said, without their secrets, and is judged alike', { skip }, async () => {
  const bundle = join(daemon.folder, 'host.tar.gz');
  const { code } = await nearmetal('collect', '-o', bundle, '--guest-agent', ...here());
  assert.equal(code, 0);
  const live = await check(...here(), '--guest-agent');
  const kept = await check(bundle);
  for (const [name] of guests) assert.deepEqual(outcomesOf(kept, name), outcomesOf(live, name));
  const { stdout } = await run('sh', ['-c', 'tar -xOzf "$0" | grep -ac HUNTER2 || true', bundle]);
  assert.equal(stdout.trim(), '0');
  const facts = await nearmetal('facts', '--format', 'json', '--guest-agent', ...here());
  assert.doesNotMatch(facts.out, /HUNTER2/);
  assert.match(facts.out, /SLES 15 SP5 \(of a test\)/);
});

test('a read-only run may not ask agents, and says so', { skip }, async () => {
  assert.equal((await nearmetal('check', '--guest-agent', '--read-only', ...here())).code, 64);
});

test('a facts file stands in for an agent that nobody can ask', { skip }, async () => {
  const file = join(daemon.folder, 'lonely1.facts');
  await writeFile(
    file,
    [
      'nearmetal-guest-facts 1',
      'read /proc/version',
      '|Linux version 6.1.0',
      'read /sys/kernel/mm/transparent_hugepage/enabled',
      '|[always] madvise never',
    ].join('\n'),
  );
  const report = await check(...here(), '--guest-agent', '--guest-facts', `lonely1=${file}`);
  assert.equal(outcomesOf(report, 'lonely1')['guest-boot/thp-in-database-guest'], 'bad');
  assert.equal(outcomesOf(report, 'lonely1')['guest-disk/scheduler-in-guest'], 'unknown');
  assert.match(reasonsOf(report, 'lonely1'), /facts file lonely1\.facts/);
});
