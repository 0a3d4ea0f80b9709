import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { missingParts } from './missing-parts.js';
import { runSaltStates, saltStates } from './salt-states.js';

const run = promisify(execFile);
const skip = missingParts(['ansible-playbook', 'shellcheck', 'bash']);
const main = new URL('../../src/cli/main.js', import.meta.url).pathname;
let folder: string;

const nearmetal = async (...words: readonly string[]): Promise<string> => {
  // 2: there is something to change; 3: something could not be judged
  const { stdout } = await run(process.execPath, [main, ...words], { maxBuffer: 2 ** 26 }).catch(error =>
    error.code === 2 || error.code === 3 ? error : Promise.reject(error),
  );
  return stdout;
};

/** A copy of the captured host's files that stands for a machine of its own. */
async function tree(name: string): Promise<string> {
  const root = join(folder, name);
  await cp('examples/kvm-4-nodes/files', root, { recursive: true });
  await writeFile(join(root, 'etc/machine-id'), '0123456789abcdef0123456789abcdef\n');
  await writeFile(join(root, 'etc/sysctl.d/90-nearmetal.conf'), 'kernel.panic = 5', { mode: 0o600 });
  return root;
}

/** All of a tree but our ledger: path, kind, rights, owner, content. */
async function listing(root: string): Promise<readonly string[]> {
  const told: string[] = [];
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    if (name === 'var' || name.startsWith('var/')) continue;
    const path = join(root, name);
    const { mode, uid, gid } = await stat(path).catch(() => ({ mode: 0, uid: 0, gid: 0 }));
    const what = await readFile(path, 'latin1').catch(() => readlink(path).catch(() => 'folder'));
    told.push(`${name} ${mode.toString(8)} ${uid}:${gid} ${what}`);
  }
  return told;
}

const bash = (file: string, root: string, ...words: readonly string[]): ReturnType<typeof run> =>
  run('bash', [file, ...words], { env: { ...process.env, ROOT: root, BACKUP: `${root}.kept` } });

const ansible = (file: string, root: string, ...words: readonly string[]): ReturnType<typeof run> =>
  run(
    'ansible-playbook',
    ['-i', 'localhost,', '-c', 'local', '-e', `ROOT=${root}`, '-e', `BACKUP=${root}.kept`, ...words, file],
    { env: { ...process.env, ANSIBLE_NOCOWS: '1', ANSIBLE_LOCALHOST_WARNING: '0', HOME: folder }, maxBuffer: 2 ** 24 },
  );

let original: readonly string[];
let own: readonly string[];
let plan: string;
let script: string;
let playbook: string;
let salt: string;

before(async () => {
  if (skip !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'nearmetal-export-'));
  const ours = await tree('ours');
  original = await listing(ours);
  plan = join(folder, 'plan.json');
  [script, playbook, salt] = [join(folder, 'plan.bash'), join(folder, 'plan.yml'), join(folder, 'plan.sls')];
  await nearmetal('plan', '--root', ours, '--format', 'json', '-o', plan);
  await nearmetal('plan', '--root', ours, '--format', 'bash', '-o', script);
  await nearmetal('plan', '--root', ours, '--format', 'ansible', '-o', playbook);
  await nearmetal('plan', '--root', ours, '--format', 'salt', '-o', salt);
  await nearmetal('apply', plan, '--root', ours, '--yes', '--quiet');
  own = await listing(ours);
});
after(() => (skip === undefined ? rm(folder, { recursive: true }) : undefined));

test('the bash export has the effect of our own apply on a tree, and none when it is run again', { skip }, async () => {
  assert.notDeepEqual(own, original);
  await run('shellcheck', [script]);
  const root = await tree('bash');
  const looked = await bash(script, root, '--check', 'now');
  assert.match(String(looked.stdout), /changed=yes .*would be made/);
  assert.deepEqual(await listing(root), original);
  const made = await bash(script, root, 'now');
  assert.match(String(made.stdout), /not live/);
  assert.deepEqual(await listing(root), own);
  assert.equal((await stat(`${root}.kept`)).mode & 0o777, 0o700);
  assert.equal(await readFile(`${root}.kept/files/etc/sysctl.d/90-nearmetal.conf`, 'utf8'), 'kernel.panic = 5');
  const again = await bash(script, root, 'now');
  assert.match(String(again.stdout), /changed=no /);
  assert.deepEqual(await listing(root), own);
});

test('the Ansible export is sound, tells the truth in check mode, and has the effect of our own apply', {
  skip,
}, async () => {
  const root = await tree('ansible');
  await ansible(playbook, root, '--syntax-check');
  const looked = await ansible(playbook, root, '--check', '--diff');
  assert.match(String(looked.stdout), /changed=[1-9]/);
  assert.match(String(looked.stdout), /\+.*rsize=8192/);
  assert.deepEqual(await listing(root), original);
  await ansible(playbook, root);
  assert.deepEqual(await listing(root), own);
  const again = await ansible(playbook, root);
  assert.match(String(again.stdout), /changed=0 /);
  assert.deepEqual(await listing(root), own);
  assert.match(String((await ansible(playbook, root, '--check')).stdout), /changed=0 /);
});

test('the Salt export, rendered and run as Salt does, has the effect of our own apply, and none when it is run again', {
  skip,
}, async () => {
  const root = await tree('salt');
  const states = await saltStates(salt, { root, backup: `${root}.kept` });
  const changes = JSON.parse(await readFile(plan, 'utf8')).changes.length;
  assert.equal(states.length, changes + 1, 'one for each change, and a look at all of them first');
  const looked = await runSaltStates(states, true);
  assert.ok(
    looked.some(({ isChanged }) => isChanged),
    JSON.stringify(looked),
  );
  assert.deepEqual(await listing(root), original);
  const made = await runSaltStates(states, false);
  assert.deepEqual(
    made.map(({ isChanged }) => isChanged),
    looked.map(({ isChanged }) => isChanged),
    'test=True tells the truth',
  );
  assert.deepEqual(await listing(root), own);
  assert.ok((await runSaltStates(states, false)).every(({ isChanged }) => !isChanged));
  assert.deepEqual(await listing(root), own);
});

test('where a file is not as it was planned for all refuse, and nothing is written', { skip }, async () => {
  const root = await tree('changed');
  const fstab = join(root, 'etc/fstab');
  await writeFile(fstab, (await readFile(fstab, 'utf8')).replace('sync, rsize', 'sync,  rsize'));
  const found = await listing(root);
  await assert.rejects(bash(script, root, 'now'), /etc\/fstab is not as it was planned for/);
  await assert.rejects(ansible(playbook, root), error => {
    assert.match(String(Object(error).stdout), /etc\/fstab is not as it was when this was planned/);
    return true;
  });
  const states = await saltStates(salt, { root, backup: `${root}.kept` });
  await assert.rejects(runSaltStates(states, false), /etc\/fstab is not as it was planned for/);
  assert.deepEqual(await listing(root), found);
});

test('a link that leads out of the tree is not followed; another host is refused', { skip }, async () => {
  const root = await tree('linked');
  await mkdir(join(folder, 'outside'));
  await rm(join(root, 'etc/default'), { recursive: true });
  await run('ln', ['-s', join(folder, 'outside'), join(root, 'etc/default')]);
  await cp('examples/kvm-4-nodes/files/etc/default', join(folder, 'outside'), { recursive: true });
  await assert.rejects(bash(script, root, 'now'), /link, which is not followed/);
  await assert.rejects(ansible(playbook, root));
  const other = await tree('other');
  await writeFile(join(other, 'etc/machine-id'), 'ffffffffffffffffffffffffffffffff\n');
  await assert.rejects(bash(script, other, 'now'), /not for this one/);
  await assert.rejects(ansible(playbook, other), error => {
    assert.match(String(Object(error).stdout), /This plan is for the host/);
    return true;
  });
});
