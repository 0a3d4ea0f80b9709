import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Planter, plantInFiles, secretiveGuest } from './planted-secrets.js';
import { noPrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const program = resolve('dist/cli.cjs');
const reports = ['human', 'json', 'sarif', 'junit', 'markdown', 'html', 'prometheus'];
const plans = ['human', 'json', 'diff', 'bash', 'ansible', 'salt'];

interface Done {
  readonly code: number;
  /** Both outputs. */
  readonly said: string;
}

/** Runs the program; `before`: a program and words that start it somewhere else. */
const started = (before: readonly string[], env: Readonly<Record<string, string>>, words: readonly string[]) =>
  new Promise<Done>(done => {
    const [command = '', ...rest] = [...before, process.execPath, program, ...words];
    const child = execFile(
      command,
      rest,
      { env: { ...process.env, NEARMETAL_DEBUG: '1', ...env }, cwd: '/', maxBuffer: 2 ** 26 },
      (error, out, said) => done({ code: error === null ? 0 : Number(error.code), said: out + said }),
    );
    child.stdin?.end();
  });

/** Says what of all that was said gives a secret away. */
class Listener {
  readonly planter: Planter;
  readonly #run: (words: readonly string[]) => Promise<Done>;
  said = 0;

  constructor(planter: Planter, run: (words: readonly string[]) => Promise<Done>) {
    this.planter = planter;
    this.#run = run;
  }

  async run(words: string, codes: readonly number[]): Promise<string> {
    const { code, said } = await this.#run(words.split(' '));
    assert.ok(codes.includes(code), `${words}: ${code}: ${said.slice(0, 2000)}`);
    this.hears(words, said);
    return said;
  }

  hears(what: string, text: string): void {
    this.said++;
    assert.deepEqual(this.planter.shownIn(text), [], what);
  }
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nearmetal-secrets-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** All files of a tree but our ledger. */
async function contents(root: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(root, { recursive: true })).sort())
    if (!name.startsWith('var/lib/nearmetal') && (await lstat(join(root, name))).isFile())
      found[name] = await readFile(join(root, name), 'latin1');
  return found;
}

/** All that a ledger tells but its copies, those of `intent` included, which only their owner may read. */
async function ledger(state: string): Promise<string> {
  const told: string[] = [];
  for (const name of await readdir(state, { recursive: true })) {
    const path = join(state, name);
    const stat = await lstat(path);
    assert.equal(stat.mode & 0o077, 0, `${path} is nobody else’s`);
    if (stat.isFile() && !/\/(?:objects|backup)\//.test(path)) told.push(`${name}\n${await readFile(path, 'latin1')}`);
  }
  assert.ok(told.length > 0);
  return told.join('\n');
}

test('secrets in the files of a host show in nothing that any command prints or writes, but in the copies of the ledger', async t => {
  const folder = await folderOf(t);
  const planter = new Planter('v');
  const root = join(folder, 'root');
  await cp('examples/kvm-4-nodes/files', root, { recursive: true });
  await writeFile(join(root, 'etc/machine-id'), '0123456789abcdef0123456789abcdef\n');
  await plantInFiles(planter, root);
  const before = await contents(root);
  assert.ok(planter.all.length >= 40, String(planter.all.length));
  const hears = new Listener(planter, words => started([], {}, words));
  const judged = [0, 2, 66];

  for (const format of reports) await hears.run(`check --root ${root} --verbose --validate --format ${format}`, judged);
  for (const format of plans) await hears.run(`plan --root ${root} --verbose --format ${format}`, judged);
  for (const format of ['human', 'json']) await hears.run(`facts --root ${root} --format ${format}`, [0, 66]);
  await hears.run(`topology --root ${root}`, [0, 66]);
  await hears.run(`intent --root ${root}`, [0, 64, 66]);
  const guest = join(root, 'etc/libvirt/qemu/db01.xml');
  await hears.run(`argv ${guest}`, [66]);
  await hears.run(`check --verbose --format json ${guest}`, judged);
  await hears.run(`plan --format diff ${guest}`, judged);
  for (const command of ['check', 'plan', 'argv', 'facts'])
    await hears.run(`${command} ${join(root, 'etc/libvirt/qemu/broken.xml')}`, [2, 64, 66]);

  const bundle = join(folder, 'host.tar.gz');
  await hears.run(`collect --root ${root} -o ${bundle}`, [0, 66]);
  hears.hears('the bundle', gunzipSync(await readFile(bundle)).toString('latin1'));
  await hears.run(`check ${bundle} --verbose --format json`, judged);
  await hears.run(`plan ${bundle} --verbose`, judged);

  const plan = join(folder, 'plan.json');
  await hears.run(`plan --root ${root} -o ${plan}`, judged);
  hears.hears('the plan', await readFile(plan, 'utf8'));
  await hears.run(`apply ${plan} --root ${root} --dry-run`, [0]);
  const table = join(root, 'etc/fstab');
  const original = await readFile(table, 'utf8');
  await writeFile(table, original.replace('rw,noauto,hard,sync,', `rw,password=${planter.plant()},`));
  await hears.run(`apply ${plan} --root ${root} --yes --verbose`, [4]);
  await writeFile(table, original);
  await hears.run(`apply ${plan} --root ${root} --yes --verbose --format json`, [0]);
  const state = join(root, 'var/lib/nearmetal');
  const fstab = await readFile(table, 'utf8');
  assert.notEqual(fstab, original, 'it was among the changes');
  for (const words of ['status --verbose', 'verify --verbose', 'history', 'history 1'])
    for (const format of ['human', 'json']) await hears.run(`${words} --root ${root} --format ${format}`, [0]);

  // somebody else was there: what it was, what we made of it, what it is
  await writeFile(table, fstab.replace('noauto,hard', `noauto,soft,password=${planter.plant()}`));
  for (const words of ['status', 'verify', 'undo 1 --yes', 'undo 1 --yes --format json'])
    await hears.run(`${words} --verbose --root ${root}`, [4]);
  await writeFile(table, fstab);
  const history = JSON.parse(await hears.run(`history 1 --root ${root} --format json`, [0]));
  const copies: readonly { readonly object: string }[] = history.runs[0].objects;
  for (const { object } of copies)
    await hears.run(`restore ${object} --root ${root} --yes -o ${folder}/${object}`, [0]);
  for (const { object } of copies) assert.equal((await lstat(join(folder, object))).mode & 0o777, 0o600);
  await hears.run(`restore 12345678 --yes --root ${root}`, [66]);
  hears.hears('the ledger', await ledger(state));

  // a journal that is damaged, and a plan that is not one
  await writeFile(plan, (await readFile(plan, 'utf8')).replace('"kind"', `"password=${planter.plant()}"`));
  await hears.run(`apply ${plan} --root ${root} --yes`, [66]);
  await hears.run(`undo 1 --root ${root} --yes --verbose`, [0]);
  assert.deepEqual(await contents(root), before);
  hears.hears('the ledger after all', await ledger(state));
  assert.ok(hears.said >= 50, String(hears.said));
  t.diagnostic(`${planter.all.length} secrets, ${hears.said} outputs`);
});

const skip = noPrivateLibvirtd();

test('secrets in definitions and arguments of a guest of libvirt show in nothing, and are all there after an undo', {
  skip,
}, async t => {
  const folder = await folderOf(t);
  const planter = new Planter('g');
  const daemon = await startPrivateLibvirtd({ qemuConf: `vnc_password = "${planter.plant()}"` });
  t.after(() => daemon.stop());
  const definition = join(folder, 'box.xml');
  for (const [name, last] of [
    ['box', '1'],
    ['idle', '2'],
  ] as const) {
    await writeFile(definition, secretiveGuest(planter, name, `6d1f6fd0-0000-4000-8000-00000000000${last}`));
    await daemon.virsh('define', definition);
  }
  await daemon.virsh('start', 'box');
  const stored = (): Promise<readonly string[]> =>
    Promise.all(['box', 'idle'].map(name => daemon.virsh('dumpxml', name, '--inactive', '--security-info')));
  const before = await stored();
  assert.ok(planter.shownIn(before.join('\n')).length >= 16, 'libvirt keeps them');
  const state = join(folder, 'state');
  const inside = ['nsenter', '--target', String(daemon.namespacePid), '--mount'];
  const hears = new Listener(planter, words => started(inside, { NEARMETAL_STATE_DIR: state }, words));
  const judged = [0, 2];

  for (const format of reports) await hears.run(`check --verbose --guest-agent --validate --format ${format}`, judged);
  for (const format of plans) await hears.run(`plan --verbose --guest box --guest idle --format ${format}`, judged);
  await hears.run('facts --format json', [0]);
  for (const name of ['box', 'idle']) {
    await hears.run(`argv ${name}`, judged);
    await hears.run(`argv ${name} --format json`, judged);
  }
  const bundle = join(folder, 'host.tar.gz');
  await hears.run(`collect --guest-agent -o ${bundle}`, [0]);
  hears.hears('the bundle', gunzipSync(await readFile(bundle)).toString('latin1'));
  await hears.run(`check ${bundle} --verbose --format json`, judged);

  await hears.run('intent idle database --yes', [0]);
  await hears.run('intent', [0]);
  const said = await stored();
  const plan = join(folder, 'plan.json');
  // nothing runs in the other one that would let go of a device again
  await hears.run(`plan --guest idle -o ${plan}`, [2]);
  hears.hears('the plan', await readFile(plan, 'utf8'));
  await hears.run(`apply ${plan} --dry-run --verbose`, [0]);
  await hears.run(`apply ${plan} --yes --verbose --format json`, [0, 5]);
  assert.notDeepEqual(await stored(), said);
  for (const words of ['status --verbose', 'verify --verbose', 'history', 'history 1'])
    for (const format of ['human', 'json']) await hears.run(`${words} --format ${format}`, [0, 4, 5]);
  await hears.run(`apply ${plan} --yes`, [0, 4, 5]);
  await hears.run('undo 1 --yes --verbose', [0, 5]);
  assert.deepEqual(await stored(), said, 'no secret is lost');
  hears.hears('the ledger', await ledger(state));
  t.diagnostic(`${planter.all.length} secrets, ${hears.said} outputs`);
});
