import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import * as v from 'valibot';
import { openLedger } from '#apply/ledger';
import { takeLock } from '#apply/run-lock';
import { setModuleOption } from '#change/kinds/modprobe-option';
import { setSysctl } from '#change/kinds/sysctl';
import { apply } from '#cli/commands/apply';
import { history } from '#cli/commands/history';
import { prune } from '#cli/commands/history-prune';
import { restore } from '#cli/commands/restore';
import { status } from '#cli/commands/status';
import { undo } from '#cli/commands/undo';
import { verify } from '#cli/commands/verify';
import { RequestError } from '#cli/request-error';
import { hashOfId } from '#formats/secrets/mask-machine-id';
import { historyDocument, pruneDocument } from '#report/history/history-schema';
import { runDocument } from '#report/run/run-schema';
import { statusDocument, verifyDocument } from '#report/status/status-schema';
import { planOf } from './plan-of.js';

const machineId = '0123456789abcdef0123456789abcdef';
const dropIn = '/etc/sysctl.d/90-nearmetal.conf';

/** A tree of files, a plan for it, and what calls a command and gives its document. */
class Tree {
  readonly folder = mkdtempSync(join(tmpdir(), 'nearmetal-commands-'));
  readonly root = join(this.folder, 'root');
  readonly state = join(this.root, 'var/lib/nearmetal');
  readonly plan = join(this.folder, 'plan.json');
  readonly out = join(this.folder, 'out.json');

  constructor(host = hashOfId(machineId)) {
    this.write('/etc/machine-id', `${machineId}\n`);
    this.write('/etc/hostname', 'box\n');
    this.write('/etc/os-release', 'ID=debian\n');
    const plan = planOf([
      ...setSysctl('vm.swappiness', '60', '1'),
      setModuleOption('kvm', 'halt_poll_ns', undefined, '0'),
    ]);
    writeFileSync(this.plan, JSON.stringify({ ...plan, host: { name: 'box', id: host } }));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  get options() {
    const lists = { rule: [], guest: [], intent: [], config: [], waivers: [], change: [] };
    return {
      ...lists,
      color: 'never',
      format: 'json',
      root: this.root,
      output: this.out,
      yes: true,
      quiet: true,
    } as const;
  }

  document<S extends v.GenericSchema>(schema: S): v.InferOutput<S> {
    return v.parse(schema, JSON.parse(readFileSync(this.out, 'utf8')));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

async function withTree(use: (tree: Tree) => Promise<void>, host?: string): Promise<void> {
  const tree = new Tree(host);
  try {
    await use(tree);
  } finally {
    tree.remove();
  }
}

const refused = (exitCode: number, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RequestError, String(error));
  assert.match(error.message, message);
  assert.equal(error.exitCode, exitCode);
  return true;
};

test('each command does its part on a tree of files, and prints the document of its schema', () =>
  withTree(async tree => {
    assert.equal(await apply(tree.plan, { ...tree.options, dryRun: true }), 0);
    assert.deepEqual(
      tree.document(runDocument).changes.map(({ result }) => result),
      ['not-live', 'to-do', 'to-do'],
    );
    assert.ok(!existsSync(tree.state), 'a dry run leaves nothing');

    assert.equal(await apply(tree.plan, tree.options), 0);
    assert.deepEqual(
      tree.document(runDocument).changes.map(({ result }) => result),
      ['not-live', 'held', 'held'],
    );
    assert.match(tree.read(dropIn), /^vm.swappiness = 1$/m);
    assert.equal(await apply(tree.plan, tree.options), 0);
    assert.equal(tree.document(runDocument).result, 'nothing-to-do');

    assert.equal(await status(tree.options), 0);
    assert.deepEqual(
      tree.document(statusDocument).changes.map(({ is }) => is),
      ['holds', 'holds'],
    );
    tree.write(dropIn, tree.read(dropIn).replace('= 1', '= 7'));
    assert.equal(await status(tree.options), 4);
    const { knobs, moved } = tree.document(statusDocument);
    assert.deepEqual(knobs[0], { knob: 'sysctl vm.swappiness', recommended: '1', configured: '7', isDrifted: true });
    assert.deepEqual(moved, [dropIn]);
    assert.equal(await verify(undefined, tree.options), 4);
    assert.equal(tree.document(verifyDocument).result, 'drift');

    assert.equal(await undo('1', { ...tree.options, dryRun: true }), 0);
    assert.equal(await undo('1', tree.options), 4, 'somebody else has changed the line');
    tree.write(dropIn, tree.read(dropIn).replace('= 7', '= 1'));
    assert.equal(await undo('1', tree.options), 0);
    assert.deepEqual(
      readdirSync(join(tree.root, 'etc')).sort(),
      ['hostname', 'machine-id', 'os-release'],
      'and its folders',
    );

    assert.equal(await history('1', tree.options), 0);
    const copy = tree.document(historyDocument).runs[0]?.objects ?? [];
    assert.equal(await history(undefined, tree.options), 0);
    assert.deepEqual(
      tree
        .document(historyDocument)
        .runs.map(({ run, inPlace }) => [run, inPlace])
        .slice(0, 1),
      [['1', 0]],
    );
    assert.deepEqual(copy, [], 'nothing stood there before');
    assert.equal(await prune({ ...tree.options, keep: 0 }), 0);
    assert.ok(tree.document(pruneDocument).runs.includes('1'));
    assert.deepEqual(openLedger(tree.state).objects.list(), []);
    assert.equal(await apply(tree.plan, tree.options), 0);
    assert.notEqual(tree.document(runDocument).run, '1', 'numbers are not given twice');
  }));

test('a single copy is put back, or written where only its owner may read it', () =>
  withTree(async tree => {
    tree.write(dropIn, '# mine\n');
    await apply(tree.plan, tree.options);
    await history('1', tree.options);
    const kept = tree.document(historyDocument).runs[0]?.objects?.find(({ of }) => of === `file ${dropIn}`);
    assert.ok(kept !== undefined);
    const file = join(tree.folder, 'copy');
    assert.equal(await restore(kept.object.slice(0, 8), { ...tree.options, output: file }), 0);
    assert.equal(readFileSync(file, 'utf8'), '# mine\n');
    const { output: _, ...options } = tree.options;
    assert.equal(await restore(kept.object, options), 0);
    assert.equal(tree.read(dropIn), '# mine\n');
    await assert.rejects(restore('123456', tree.options), refused(66, /has no copy/));
  }));

test('a plan of another host is refused, and nothing is written', () =>
  withTree(async tree => {
    await assert.rejects(apply(tree.plan, tree.options), refused(64, /is for another host: box \(ffff/));
    assert.ok(!existsSync(tree.state));
  }, 'ffffffffffffffff'));

test('who finds the lock held is told by whom', () =>
  withTree(async tree => {
    const lock = await takeLock(tree.state, { pid: 4711, boot: undefined, who: 'root: nearmetal apply', since: 'now' });
    await assert.rejects(apply(tree.plan, tree.options), refused(11, /root: nearmetal apply, process 4711/));
    await lock.release();
    assert.equal(await apply(tree.plan, tree.options), 0);
  }));

test('a run that was broken off is settled before anything else is changed', () =>
  withTree(async tree => {
    await apply(tree.plan, tree.options);
    const journal = join(tree.state, 'runs/1/journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').split('\n').slice(0, -3).join('\n'));
    await assert.rejects(apply(tree.plan, tree.options), refused(4, /run 1 was broken off/));
    assert.equal(await status(tree.options), 4);
    assert.equal(tree.document(statusDocument).unfinished.length, 1);
    assert.equal(await apply(undefined, { ...tree.options, resume: true }), 0);
    assert.equal(await status(tree.options), 0);
  }));

test('the ledger of a later nearmetal is not touched', () =>
  withTree(async tree => {
    mkdirSync(tree.state, { recursive: true });
    writeFileSync(join(tree.state, 'ledger.json'), '{"schema":"nearmetal.ledger/2","last":3}\n');
    await assert.rejects(apply(tree.plan, tree.options), refused(66, /written by a later nearmetal/));
  }));
