import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { applyPlan } from '#apply/apply-plan';
import { openLedger } from '#apply/ledger';
import { readRuns } from '#apply/read-runs';
import { movedSince, standings } from '#apply/standings';
import type { Target } from '#apply/target';
import type { Change } from '#change/change';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { setSysctl } from '#change/kinds/sysctl';
import type { Outcome } from '#check/outcome';
import { standingViews } from '#cli/standing-views';
import { subjectWords } from '#plan/ask';
import type { PlannedChange } from '#plan/plan';
import { terminalStyle } from '#report/human/style';
import { verifyText } from '#report/status/verify-text';
import rule from '#rules/host-memory/swappiness-value';
import type { Rest } from '#verify/finding-receipt';
import { type Receipts, receiptsOf } from '#verify/receipts';
import { SimulatedMachine } from '../simulated-machine/simulated-machine.js';
import { requestFor } from './kill/requests.js';
import { planOf } from './plan-of.js';
import { simulatedTarget } from './simulated-target.js';

const files = {
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  '/etc/default/grub': 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n',
  '/proc/sys/vm/swappiness': '60\n',
};
const [live, kept] = setSysctl('vm.swappiness', '60', '1');
const grub = setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', [], ['iommu=pt']);
const finding = { rule: rule.id, severity: 'warning', subject: 'host', saw: 'it was so' } as const;
const named = { rule: rule.id, subject: 'host' };
const nothing: Rest = { changes: [], byHand: [] };

/** A machine in memory to which changes were made for one finding, and what looking again at it comes to. */
class Applied {
  readonly machine = new SimulatedMachine({ files, programs: { 'update-grub': () => undefined } });
  readonly state: string;
  target: Target;

  constructor(folder: string, parts: Partial<Target> = {}) {
    this.state = join(folder, 'state');
    this.target = simulatedTarget(this.machine, parts);
  }

  async apply(changes: readonly Change[], wants: (change: PlannedChange) => boolean = () => true): Promise<void> {
    const parts = Object.fromEntries(changes.map((_, at) => [at + 1, { because: [finding] }]));
    await applyPlan({
      ...requestFor(this.target, this.state, planOf(changes, parts)),
      wants: async (_, [first]) => first !== undefined && wants(first),
    });
  }

  reboot(): void {
    this.target = { ...this.target, identity: { ...this.target.identity, bootId: 'boot-2' } };
  }

  async verify(outcome: Outcome | undefined, rest: Rest = nothing): Promise<Receipts & { readonly text: string }> {
    const runs = readRuns(openLedger(this.state));
    const found = await standings(this.target, runs);
    const receipts = receiptsOf({
      runs,
      standings: found,
      moved: await movedSince(this.target, found),
      outcomes: outcome === undefined ? [] : [outcome],
      rest,
      isLive: this.target.isLive,
      subjectWords,
    });
    const views = standingViews(found);
    const text = verifyText(
      {
        ...receipts,
        version: '0.0.0',
        host: { name: 'box' },
        unfinished: [],
        receipts: receipts.receipts.flatMap(({ findings }, at) => {
          const change = views[at];
          return change === undefined ? [] : [{ change, findings }];
        }),
      },
      terminalStyle(false, 80),
    );
    return { ...receipts, text };
  }
}

const subject = { kind: 'host', name: 'box', source: 'this machine' } as const;
const bad = {
  rule,
  subject,
  intents: [],
  outcome: 'bad',
  severity: 'warning',
  evidence: [],
  finding: { verdict: 'bad', saw: 'it is so' },
} as const;
const good: Outcome = { rule, subject, intents: [], outcome: 'good', evidence: [] };

async function on(use: (applied: Applied) => Promise<void>, parts: Partial<Target> = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-receipts-'));
  try {
    await use(new Applied(folder, parts));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const isOf = ({ receipts }: Receipts): readonly string[] =>
  receipts.flatMap(({ findings }) => findings.map(({ is }) => is));

test('a finding that went is gone, and one that was not judged is not called so', () =>
  on(async one => {
    await one.apply([live]);
    const { result, text, ...gone } = await one.verify(good);
    assert.deepEqual([isOf({ ...gone, result }), result], [['gone'], 'holds']);
    assert.match(text, /✓ host-memory\/swappiness-value \(host\): gone\n/);
    assert.match(text, /All holds: 1 of 1 changes hold and are in force, 1 of 1 findings are gone\.\n/);
    const unknown = await one.verify(undefined);
    assert.deepEqual([isOf(unknown), unknown.result], [['unknown'], 'holds']);
    assert.match(unknown.text, /0 of 1 findings are gone, 1 not judged\./);
  }));

test('one whose fix is in force and was to suffice is the only one that is a failure', () =>
  on(async one => {
    await one.apply([live]);
    const still = await one.verify(bad);
    assert.deepEqual([isOf(still), still.result], [['still'], 'drift']);
    assert.match(
      still.text,
      /✗ host-memory\/swappiness-value \(host\): still there, although its fix is in force: it is so/,
    );
    const [other] = setSysctl('vm.swappiness', '1', '10');
    const contrary = await one.verify(bad, { changes: [{ change: other, because: [named] }], byHand: [] });
    assert.deepEqual([isOf(contrary), contrary.result], [['still'], 'drift']);
  }));

test('one of which the rest is for a person says what is to be done, and is no failure', () =>
  on(async one => {
    await one.apply([live]);
    const yours = await one.verify(bad, { changes: [], byHand: [{ ...named, doThis: 'Install it in the guest.' }] });
    assert.deepEqual([isOf(yours), yours.result], [['yours'], 'holds']);
    assert.match(
      yours.text,
      /– .*: stays: its fix holds, and the rest is yours: it is so\n {6}Install it in the guest\.\n/,
    );
    assert.match(yours.text, /All holds: 1 of 1 .*, 0 of 1 findings are gone, 1 left to you\./);
    const [other] = setSysctl('vm.dirty_ratio', '20', '10');
    const more = await one.verify(bad, { changes: [{ change: other, because: [named] }], byHand: [] });
    assert.deepEqual([isOf(more), more.result], [['more'], 'holds']);
    assert.match(more.text, /nearmetal plan --rule host-memory\/swappiness-value/);
  }));

test('one waits for the restart that its fix waits for, and is a failure where it is there after that', () =>
  on(async one => {
    await one.apply([live, grub]);
    const waits = await one.verify(bad);
    assert.deepEqual([isOf(waits), waits.result], [['waits', 'waits'], 'waits']);
    assert.match(waits.text, /… .*: stays until the reboot of the host \(change 2\): it is so/);
    assert.match(waits.text, /0 of 1 findings are gone, 1 waiting for a restart/, 'a finding of two changes is one');
    one.reboot();
    one.machine.files.write('/proc/sys/vm/swappiness', '1\n');
    assert.deepEqual(isOf(await one.verify(bad)), ['still', 'still']);
  }));

test('one of whose fix only a half is wanted is not in place, and what lasted until the reboot has not drifted', () =>
  on(async one => {
    await one.apply([live, kept], ({ epoch }) => epoch === 'at-once');
    const left = await one.verify(bad);
    assert.deepEqual([isOf(left), left.result], [['left'], 'holds']);
    assert.match(left.text, /– .*: stays: change 2 of its fix is not in place: it is so/);
    one.reboot();
    one.machine.files.write('/proc/sys/vm/swappiness', '60\n');
    const over = await one.verify(bad);
    assert.deepEqual(
      over.receipts.map(({ standing }) => standing.is),
      ['over'],
    );
    assert.deepEqual([isOf(over), over.result], [['left'], 'holds']);
  }));

test('what a kept half should have put in force at the boot and did not has drifted', () =>
  on(async one => {
    await one.apply([live, kept]);
    one.reboot();
    one.machine.files.write('/proc/sys/vm/swappiness', '60\n');
    const lost = await one.verify(bad);
    assert.deepEqual(
      lost.receipts.map(({ standing }) => standing.is),
      ['taken-back', 'holds'],
    );
    assert.deepEqual([isOf(lost), lost.result], [['lost', 'lost'], 'drift']);
    assert.match(lost.text, /✗ .*: there: change 1 of its fix does not hold: it is so/);
  }));

test('in a tree of files a finding about what runs waits for the tree to be booted', () =>
  on(
    async one => {
      await one.apply([live, kept, grub]);
      const tree = await one.verify(bad, { changes: [{ change: live, because: [named] }], byHand: [] });
      assert.deepEqual([isOf(tree), tree.result], [['not-live', 'not-live'], 'holds']);
      assert.match(tree.text, /– .*: stays until this tree was booted: nothing of it runs here: it is so/);
      assert.match(tree.text, /All holds: 2 of 2 .*, 1 waiting for the tree to be booted\./);
    },
    { isLive: false },
  ));

test('one that somebody waived is named so', () =>
  on(async one => {
    await one.apply([live]);
    const waiver = { owner: 'ops', reason: 'by design', until: '2027-01-01' };
    const waived = await one.verify({ ...bad, outcome: 'waived', waiver });
    assert.deepEqual([isOf(waived), waived.result], [['waived'], 'holds']);
    assert.match(waived.text, /– .*: waived: it is so/);
  }));
