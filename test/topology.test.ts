import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { architecture } from '#collect/host/architecture';
import { guestOf } from '#collect/host/guest-of';
import { cpuAndMemoryReadings } from '#collect/host-readings';
import { collectMachine } from '#collect/machine';
import { listReadings } from '#collect/reading';
import { parseXml } from '#formats/xml/parse-xml';
import { unknown, valueIfKnown } from '#model/known';
import { machinePicture } from '#model/picture/machine-picture';
import { columnsOf } from '#report/human/core-grid';
import { terminalStyle } from '#report/human/style';
import { topologyText } from '#report/human/topology-text';
import { pictureSvgFile } from '#report/picture/picture-svg';
import { sharedData } from './shared-data.js';
import { differences } from './topology/answer.js';
import { exceptions } from './topology/exceptions.js';
import { type MachineTree, unpackMachineTrees } from './topology/machine-trees.js';
import { ourAnswer, sourcesOf } from './topology/our-answer.js';
import { recordingTree, undeclared } from './touched-paths.js';

const lacking = sharedData === undefined ? 'no shared data' : hasBzip2() ? false : 'bzip2 is not installed';
const folder = lacking === false ? mkdtempSync(join(tmpdir(), 'nearmetal-topology-')) : '';
after(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
});
const machines: readonly MachineTree[] =
  sharedData === undefined || lacking !== false ? [] : unpackMachineTrees(sharedData, folder);
if (lacking !== false) console.log(`skipped: ${lacking}`);

test('packages, cores, threads, nodes, distances and huge pages of real machines are what hwloc and lscpu find', {
  skip: lacking,
}, t => {
  let quantities = 0;
  let differing = 0;
  for (const { name, root, answers } of machines) {
    const ours = ourAnswer(sourcesOf(root));
    const found = new Map<string, string>();
    for (const [answer, theirs] of answers) {
      quantities += theirs.size;
      for (const [quantity, difference] of differences(ours, theirs)) found.set(`${answer}: ${quantity}`, difference);
    }
    differing += found.size;
    const unexplained = [...found].filter(([at]) => !isExplained(name, at)).map(([at, both]) => `${at}: ${both}`);
    assert.deepEqual(unexplained, [], name);
    const stale = explained(name).filter(at => !found.has(at));
    assert.deepEqual(stale, [], `${name}: listed as an exception, but agrees`);
  }
  assert.ok(machines.length >= 32, `${machines.length} machines`);
  const known = new Set(machines.map(({ name }) => name));
  assert.deepEqual(
    exceptions.filter(({ machine }) => !known.has(machine)),
    [],
  );
  const count = `${machines.length} machines, ${quantities} quantities compared, ${differing} of them listed as exceptions`;
  t.diagnostic(count);
  console.log(count);
});

test('what the tree of a machine without NUMA cannot tell is told when it stands for the whole machine', {
  skip: lacking,
}, () => {
  for (const name of ['2arm-2c', '2i386-2c-nohugepage']) {
    const machine = machines.find(each => each.name === name);
    assert.ok(machine);
    const ours = ourAnswer(sourcesOf(machine.root, 'absent'));
    for (const [answer, theirs] of machine.answers) assert.deepEqual([...differences(ours, theirs)], [], answer);
  }
});

test('the architecture shows in /proc/cpuinfo, except that POWER has two', { skip: lacking }, () => {
  const found = new Map(machines.map(({ name, root }) => [name, valueIfKnown(architecture.read(sourcesOf(root)))]));
  const expected: readonly (readonly [RegExp, string | undefined])[] = [
    [/^(?:2arm-)/, 'armv7l'],
    [/^(?:128arm-|arm-)/, 'aarch64'],
    [/ia64/, 'ia64'],
    [/^2i386/, 'i686'],
    [/ppc/, undefined],
    [/^s390/, 's390x'],
    [/^sparc64/, 'sparc64'],
    [/^loongarch/, 'loongarch64'],
    [/^rv64/, 'riscv64'],
    // made up, without /proc/cpuinfo
    [/^fakeheterocpunuma/, undefined],
    [/^/, 'x86_64'],
  ];
  for (const [name, value] of found) assert.equal(value, expected.find(([pattern]) => pattern.test(name))?.[1], name);
});

test('a machine that is itself a guest is recognised by what the tree holds', { skip: lacking }, () => {
  const found = Object.fromEntries(
    machines
      .map(({ name, root }) => [name, valueIfKnown(guestOf.read(sourcesOf(root)))] as const)
      .filter(([, value]) => value !== undefined),
  );
  assert.deepEqual(found, {
    '256ppc-8n8s4t': 'powervm',
    '2pa-pcidomain32bits': 'other',
    fakeheteromemtiers: 'qemu',
    'ppc64-POWER7-64cpu': 'powervm',
    's390-kvm': 'kvm',
  });
});

test('on every machine every reading touches only what its ways declare, and none throws', { skip: lacking }, () => {
  const nothing = { says: '', ways: [], read: () => unknown('not read here') };
  const boot = {
    kernel: {
      commandLine: nothing,
      configuredCommandLine: nothing,
      tmpfiles: nothing,
      bootWrites: nothing,
      config: nothing,
    },
    tuned: { settings: nothing },
  };
  for (const { name, root } of machines)
    for (const missing of ['absent', 'not-captured'] as const)
      for (const { fact, reading } of listReadings(cpuAndMemoryReadings(boot))) {
        const sources = sourcesOf(root, missing);
        const { tree, touched } = recordingTree(sources.files);
        reading.read({ ...sources, files: tree, later: { files: tree, libvirt: sources.libvirt, afterMs: 1000 } });
        assert.deepEqual(undeclared(reading, touched), [], `${name}: ${fact}`);
      }
});

test('every machine is drawn, as text that fits and as SVG that is well formed, with each CPU in its node', {
  skip: lacking,
}, () => {
  for (const { name, root } of machines) {
    const machine = collectMachine({ source: name, extent: 'host', sources: sourcesOf(root) });
    const picture = machinePicture(machine);
    const online = (valueIfKnown(machine.host.cpus) ?? []).filter(cpu => cpu.online);
    assert.deepEqual(
      picture.nodes
        .flatMap(node => node.cores.flatMap(core => core.threads.map(({ cpu }) => [cpu, node.id])))
        .sort(byCpu),
      online.map(({ cpu, node }) => [cpu, node]),
      name,
    );
    for (const columns of [80, 200])
      for (const how of ['folded', 'all'] as const)
        for (const line of topologyText(picture, terminalStyle(false, columns), columns, how).split('\n').slice(2))
          assert.ok(columnsOf(line) <= columns, `${name}: ${line}`);
    const svg = parseXml(pictureSvgFile(picture).replace(/^<\?xml.*\n/, ''), { file: name });
    assert.equal(svg.root.name, 'svg');
  }
});

const byCpu = (a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number =>
  (a[0] ?? 0) - (b[0] ?? 0);

const explained = (machine: string): readonly string[] =>
  exceptions
    .filter(exception => exception.machine === machine)
    .flatMap(({ answers, quantities }) =>
      answers.flatMap(answer => quantities.map(quantity => `${answer}: ${quantity}`)),
    );

const isExplained = (machine: string, at: string): boolean => explained(machine).includes(at);

function hasBzip2(): boolean {
  try {
    execFileSync('bzip2', ['--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
