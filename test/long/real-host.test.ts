import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { installPacked, packedProgram } from '../packed-program.js';
import { repository } from '../scratch-clone.js';
import { noRealHost, type RealHost, startRealHost } from './real-host.js';

/** What was typed and seen, for those who want to read it: the last run's. */
const transcript = join(repository, 'build/real-host.txt');

const script = (name: string): string => readFileSync(join(repository, 'test/long', name), 'utf8');

/** What the plan's changes come to, as the system's own tools tell it. */
const wanted = [
  'vm.swappiness = 60',
  'vm.zone_reclaim_mode = 0',
  'vm.nr_hugepages = 256',
  '/sys/kernel/mm/ksm/run = 1',
  '/sys/kernel/mm/ksm/merge_across_nodes = 0',
  '/sys/kernel/mm/ksm/pages_to_scan = 1000',
  '/sys/kernel/mm/ksm/sleep_millisecs = 2000',
  '/sys/kernel/mm/transparent_hugepage/enabled = madvise',
  '/sys/block/sda/queue/scheduler = none',
  'libvirt-guests.service enabled active',
];

const kinds = [
  'sysctl',
  'sysctl-file',
  'sysfs',
  'tmpfiles',
  'ksm',
  'io-scheduler',
  'udev-rule',
  'service',
  'kernel-command-line',
  'domain-xml',
];

test('on a real machine changes hold over a reboot, and are gone after they were taken back', {
  skip: noRealHost() ?? false,
  timeout: 4 * 3600_000,
}, async t => {
  const host = await machineWithNearmetal(t);
  await host.output(script('neglected-host.sh'));
  const reboot = async (...guests: readonly string[]): Promise<void> => {
    await host.reboot();
    // libvirt starts them beside the boot
    for (const guest of guests)
      await host.output(`for _ in $(seq 120); do virsh list --name | grep -qx ${guest} && exit; sleep 2; done; exit 1`);
  };
  await reboot('web1');
  await host.output(`cat >/root/probe.sh <<'PROBE'\n${script('probe-host.sh')}\nPROBE`);
  const probe = (): Promise<string> => host.output('sh /root/probe.sh');
  const before = await probe();
  const say = narrator(host);

  await t.test('check finds what is neglected, and a dry run touches nothing', async () => {
    assert.equal((await say('nearmetal check')).code, 2);
    assert.equal((await say('nearmetal plan -o /root/plan.json')).code, 2);
    const plan = await host.output('cat /root/plan.json');
    for (const kind of kinds) assert.match(plan, new RegExp(`"kind": "${kind}"`), `no change of kind ${kind}`);
    await say('nearmetal plan');
    await say('nearmetal apply --dry-run /root/plan.json');
    assert.deepEqual(differences(before, await probe()), []);
  });

  await t.test('apply makes all changes, and says that some wait for a reboot', async () => {
    const { code, output } = await say('nearmetal apply --yes /root/plan.json', 3600);
    assert.equal(code, 5, output);
    const now = (await probe()).split('\n');
    for (const line of wanted) assert.ok(now.includes(line), `${line} is not so: ${like(now, line)}`);
    await say('nearmetal status');
  });

  await t.test('after a reboot all of it holds, and a guest that could not start runs on its huge pages', async () => {
    await reboot('web1', 'db1');
    const now = await probe();
    for (const line of wanted) {
      assert.ok(now.split('\n').includes(line), `${line} is not so: ${like(now.split('\n'), line)}`);
    }
    const [words] = section(now, 'command line');
    assert.match(words ?? '', /\btransparent_hugepage=madvise\b/);
    assert.doesNotMatch(words ?? '', /elevator|never/);
    assert.match(await host.output('virsh list --name'), /^db1$/m);
    const runs = await host.output('virsh dumpxml web1');
    assert.match(runs, /<rng model='virtio'>/);
    assert.doesNotMatch(runs, /qemu64/);
    // whether the system in it has the driver nobody knows, so that is left to a person
    assert.match(runs, /<model type='e1000e'\/>/);
    const { code, output } = await say('nearmetal status');
    assert.equal(code, 0, output);
    const verified = await say('nearmetal verify');
    assert.equal(verified.code, 0, verified.output);
    assert.match(verified.output, /\b(\d+) of \1 changes hold and are in force/);
    // the guests have no system in which an agent could be
    const there = verified.output.split('\n').filter(line => /^ {2}[–…·✗] /.test(line));
    for (const line of there) assert.match(line, /^ {2}– guest-devices\/guest-agent .* the rest is yours/);
    await say('nearmetal check');
  });

  await t.test('undo takes all of it back: after another reboot the machine is as it was, byte for byte', async () => {
    const undone = await say('nearmetal undo 1 --yes', 3600);
    assert.equal(undone.code, 5, undone.output);
    const waiting = await say('nearmetal status');
    assert.equal(waiting.code, 5, waiting.output);
    await reboot('web1');
    assert.deepEqual(differences(before, await probe()), []);
    const { code, output } = await say('nearmetal status');
    assert.equal(code, 0, output);
    await say('nearmetal history');
    const log = await say('journalctl -q -o cat -t nearmetal');
    assert.match(log.output, /^apply run=1 by="root" .* result=pending\nundo run=2 by="root" .* result=pending$/m);
  });
});

/** The machine, with nearmetal as `npm install -g` puts it there; both are gone when the test ends. */
async function machineWithNearmetal(t: TestContext): Promise<RealHost> {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-real-host-'));
  let host: RealHost | undefined;
  t.after(async () => {
    await host?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const prefix = join(folder, 'local');
  mkdirSync(prefix);
  await installPacked(await packedProgram(folder), prefix);
  host = await startRealHost(folder, prefix);
  return host;
}

/** Runs commands inside, and writes down what they were and what they printed. */
function narrator(host: RealHost): (command: string, seconds?: number) => ReturnType<RealHost['run']> {
  mkdirSync(dirname(transcript), { recursive: true });
  writeFileSync(transcript, '');
  return async (command, seconds) => {
    const began = performance.now();
    const ran = await host.run(command, seconds);
    const took = ((performance.now() - began) / 1000).toFixed(0);
    appendFileSync(transcript, `# ${command}\n${ran.output}[exit ${ran.code}, ${took} s]\n\n`);
    return ran;
  };
}

/** Lines of one probe that the other lacks. */
function differences(before: string, after: string): readonly string[] {
  const was = new Set(before.split('\n'));
  const is = new Set(after.split('\n'));
  return [
    ...[...was].filter(line => !is.has(line)).map(line => `- ${line}`),
    ...[...is].filter(line => !was.has(line)).map(line => `+ ${line}`),
  ];
}

function section(probe: string, name: string): readonly string[] {
  const lines = probe.split('\n');
  const from = lines.indexOf(`[${name}]`) + 1;
  const to = lines.findIndex((line, at) => at >= from && line.startsWith('['));
  return lines.slice(from, to < 0 ? undefined : to);
}

/** The lines about the same thing. */
const like = (lines: readonly string[], line: string): string =>
  lines.filter(one => one.startsWith(line.split(' ')[0] ?? line)).join('; ');
