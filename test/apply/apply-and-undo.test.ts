import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { type ApplyRequest, applyPlan, PlanRefused } from '#apply/apply-plan';
import { openLedger } from '#apply/ledger';
import { readRuns } from '#apply/read-runs';
import { resumeRun } from '#apply/resume-run';
import type { Target } from '#apply/target';
import { type UndoRequest, undoRun } from '#apply/undo-run';
import { undoneWaiting } from '#apply/undone-waiting';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { setKsm } from '#change/kinds/ksm';
import { setSysctl } from '#change/kinds/sysctl';
import { setSysfs } from '#change/kinds/sysfs';
import type { Plan } from '#plan/plan';
import { SimulatedMachine } from '../simulated-machine/simulated-machine.js';
import { planOf } from './plan-of.js';
import { simulatedTarget } from './simulated-target.js';

const files = {
  '/etc/sysctl.conf': '# mine\n',
  '/proc/sys/vm/swappiness': '60\n',
  '/proc/sys/fs/aio-max-nr': '65536\n',
  '/sys/kernel/mm/ksm/run': '1\n',
  '/sys/kernel/mm/ksm/merge_across_nodes': '1\n',
  '/sys/kernel/mm/ksm/pages_shared': '1000\n',
  '/sys/kernel/mm/ksm/pages_sharing': '5000\n',
  '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
};
const changes = [
  ...setSysctl('vm.swappiness', '60', '1'),
  ...setSysctl('fs.aio-max-nr', '65536', '1048576'),
  ...setSysfs('/sys/kernel/mm/transparent_hugepage/enabled', 'madvise', 'always'),
  setKsm({ run: 1, mergeAcrossNodes: 1 }, { run: 1, mergeAcrossNodes: 0 }),
];

const never = new AbortController().signal;
const requestFor = (target: Target, folder: string, plan: Plan): ApplyRequest => ({
  target,
  ledger: openLedger(folder),
  plan,
  tool: 'nearmetal 0.0.0',
  by: 'tester',
  abort: never,
  wants: async () => true,
  blockers: async () => [],
  tell: () => undefined,
  restartable: [],
});

const undoFor = (target: Target, folder: string, run: string, only?: number): UndoRequest => {
  const ledger = openLedger(folder);
  const runs = readRuns(ledger);
  const story = runs.stories.find(one => one.run === run);
  assert.ok(story !== undefined);
  const inPlace = runs.inPlace(story).filter(({ planned }) => only === undefined || planned.number === only);
  return {
    target,
    ledger,
    story,
    changes: inPlace,
    takesUp: [],
    attempts: runs.stories.filter(({ begin }) => begin.doing === 'undo' && begin.of === run),
    tool: 'nearmetal 0.0.0',
    by: 'tester',
    abort: never,
    decide: async () => 'stop',
    tell: () => undefined,
  };
};

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-apply-'));
  try {
    await use(join(folder, 'state'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a plan is applied, held, and taken back byte for byte; taking back can be taken back', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const target = simulatedTarget(machine);
    const applied = await applyPlan(requestFor(target, folder, planOf(changes)));
    assert.equal(applied.result, 'pending', 'drop-ins come into force with the reboot');
    assert.deepEqual(new Set(applied.story?.changes.map(({ state }) => state)), new Set(['held']));
    assert.equal(machine.text('/proc/sys/vm/swappiness'), '1\n');
    const after = machine.files.changed();
    const undone = await undoRun(undoFor(target, folder, '1'));
    assert.equal(undone.result, 'held', 'what was never in force needs no restart to be gone');
    assert.deepEqual([...machine.files.changed()], []);
    const again = await undoRun(undoFor(target, folder, '2'));
    assert.equal(again.story?.begin.of, '2');
    assert.deepEqual(machine.files.changed(), after);
    const runs = readRuns(openLedger(folder));
    assert.deepEqual(
      runs.stories.map(story => runs.inPlace(story).length),
      [7, 0, 7],
    );
    assert.equal(statSync(join(folder, 'objects')).mode & 0o777, 0o700);
  }));

test('what was in force when it was taken back stays so until a restart, and status says so until then', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({
      files: {
        '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
        '/etc/default/grub': 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n',
      },
      programs: { 'update-grub': () => undefined },
    });
    const words = setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', [], ['iommu=pt']);
    const inBoot = (bootId: string): Target => simulatedTarget(machine, { identity: { ...identity, bootId } });
    const { identity } = simulatedTarget(machine);
    const waiting = async (bootId: string): Promise<readonly string[]> =>
      (await undoneWaiting(inBoot(bootId), readRuns(openLedger(folder)))).map(({ run, is }) => `${run} ${is}`);

    assert.equal((await applyPlan(requestFor(inBoot('1'), folder, planOf([words])))).result, 'pending');
    assert.equal((await undoRun(undoFor(inBoot('1'), folder, '1'))).result, 'held', 'it never was in force');
    assert.equal((await undoRun(undoFor(inBoot('1'), folder, '2'))).result, 'pending', 'made again it waits again');
    assert.deepEqual(await waiting('1'), ['3 waits']);
    assert.deepEqual(await waiting('2'), []);
    assert.equal((await undoRun(undoFor(inBoot('2'), folder, '1'))).result, 'pending', 'it is in force by now');
    assert.deepEqual(await waiting('2'), ['4 waits']);
    assert.equal((await undoRun(undoFor(inBoot('2'), folder, '4'))).result, 'held', 'it never ceased to be');
    assert.deepEqual(await waiting('2'), []);
  }));

test('a plan whose before no longer holds is refused before anything is written', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files: { ...files, '/proc/sys/vm/swappiness': '10\n' } });
    await assert.rejects(applyPlan(requestFor(simulatedTarget(machine), folder, planOf(changes))), error => {
      assert.ok(error instanceof PlanRefused);
      assert.deepEqual(
        error.problems.map(one => [one.planned.number, one.stands, 'found' in one && one.found]),
        [[1, 'stale', '10']],
      );
      return true;
    });
    assert.deepEqual([...machine.files.changed()], []);
    assert.deepEqual(openLedger(folder).runs(), []);
  }));

test('one change of several in a file is taken back by its line; what somebody else wrote there stays', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const target = simulatedTarget(machine);
    await applyPlan(requestFor(target, folder, planOf(changes)));
    const dropIn = '/etc/sysctl.d/90-nearmetal.conf';
    machine.files.write(dropIn, `${machine.text(dropIn)}kernel.panic = 5\n`);
    const one = await undoRun(undoFor(target, folder, '1', 2));
    assert.deepEqual(one.foreign, [dropIn]);
    assert.doesNotMatch(machine.text(dropIn) ?? '', /swappiness/);
    assert.match(machine.text(dropIn) ?? '', /aio-max-nr = 1048576\nkernel.panic = 5\n/);
    const all = await undoRun(undoFor(target, folder, '1'));
    assert.deepEqual(all.foreign, [dropIn]);
    assert.deepEqual([...machine.files.changed().keys()], [dropIn]);
    assert.match(machine.text(dropIn) ?? '', /^#.*\nkernel.panic = 5\n$/);
  }));

test('a knob that somebody else set meanwhile stops the undo, with all three values', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const target = simulatedTarget(machine);
    await applyPlan(requestFor(target, folder, planOf(changes)));
    machine.files.writeKnob('/proc/sys/vm/swappiness', '33');
    let asked: unknown;
    const request = undoFor(target, folder, '1');
    const stopped = await undoRun({
      ...request,
      decide: async ({ before, ours, now }) => {
        asked = [before, ours, now];
        return 'stop';
      },
    });
    assert.equal(stopped.result, 'failed');
    assert.deepEqual(asked, ['60', '1', '33']);
    const left = await undoRun({ ...undoFor(target, folder, '1'), decide: async () => 'leave' });
    assert.equal(left.result, 'held');
    assert.equal(machine.text('/proc/sys/vm/swappiness'), '33\n');
    await undoRun({ ...undoFor(target, folder, '1'), decide: async () => 'put-back' });
    assert.deepEqual([...machine.files.changed()], []);
  }));

test('a step that fails ends the run; what was made is taken back, the failed change too', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const target = simulatedTarget(machine);
    const write = machine.files.writeKnob.bind(machine.files);
    machine.files.writeKnob = (path, text) => {
      if (path.endsWith('merge_across_nodes')) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      write(path, text);
    };
    const applied = await applyPlan(requestFor(target, folder, planOf(changes)));
    assert.equal(applied.result, 'failed');
    assert.match(applied.story?.changes.at(-1)?.why ?? '', /merge_across_nodes: it is in use/);
    assert.equal(machine.text('/sys/kernel/mm/ksm/run'), '2\n');
    await undoRun(undoFor(target, folder, '1'));
    assert.deepEqual(
      [...machine.files.changed()].filter(([path]) => !path.includes('pages_')),
      [],
    );
  }));

test('an undo that stopped in the midst of a change is finished by the next one', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const target = simulatedTarget(machine);
    await applyPlan(requestFor(target, folder, planOf(changes)));
    const write = machine.files.writeKnob.bind(machine.files);
    machine.files.writeKnob = (path, text) => {
      if (path.endsWith('merge_across_nodes')) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      write(path, text);
    };
    assert.equal((await undoRun(undoFor(target, folder, '1'))).result, 'failed');
    assert.equal(machine.text('/sys/kernel/mm/ksm/run'), '2\n', 'neither as it was nor as we made it');
    machine.files.writeKnob = write;
    assert.notEqual((await undoRun(undoFor(target, folder, '1'))).result, 'failed');
    assert.deepEqual([...machine.files.changed()], []);
  }));

test('what waits for the reboot is made after it, by taking the run up again', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const plan = planOf(changes, { 7: { waitsFor: [2] } });
    const applied = await applyPlan(requestFor(simulatedTarget(machine), folder, plan));
    assert.equal(applied.result, 'pending');
    assert.equal(applied.story?.changes.at(-1)?.state, 'pending');
    assert.match(applied.story?.changes.at(-1)?.why ?? '', /waits for the reboot of the host \(change 2\)/);
    const rebooted = simulatedTarget(machine, {
      identity: { hostName: 'box', id: '0123456789abcdef', bootId: 'boot-2' },
    });
    assert.ok(applied.story !== undefined);
    const { plan: _, wants, blockers, ...request } = requestFor(rebooted, folder, plan);
    const resumed = await resumeRun(request, applied.story);
    assert.equal(resumed.result, 'held');
    assert.equal(machine.text('/sys/kernel/mm/ksm/merge_across_nodes'), '0\n');
  }));

test('a journal that was torn in its last line is read, and written on', () =>
  withFolder(async folder => {
    const machine = new SimulatedMachine({ files });
    const target = simulatedTarget(machine);
    await applyPlan(requestFor(target, folder, planOf(changes)));
    const path = join(folder, 'runs/1/journal.jsonl');
    const text = readFileSync(path, 'utf8');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(path, text.slice(0, -40));
    const runs = readRuns(openLedger(folder));
    assert.deepEqual(
      runs.unfinished.map(({ run }) => run),
      ['1'],
    );
    const [story] = runs.stories;
    assert.ok(story !== undefined);
    const { plan: _, wants, blockers, ...request } = requestFor(target, folder, planOf(changes));
    assert.equal((await resumeRun(request, story)).result, 'pending');
    assert.deepEqual(readRuns(openLedger(folder)).unfinished, []);
  }));
