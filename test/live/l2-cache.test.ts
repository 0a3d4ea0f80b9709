import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { missingParts } from './missing-parts.js';
import { noPrivateLibvirtd, type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const run = promisify(execFile);
const skip = noPrivateLibvirtd() ?? noBusyboxGuest() ?? missingParts(['qemu-img', 'qemu-io', 'strace']);
const program = resolve('dist/cli.cjs');

/**
 * Disks of the guest, and the cache that QEMU is to be given for each: 8 bytes a cluster (16 with extended L2) and 4 clusters of refcounts; undefined
 * where the 32 MiB that it takes by itself are enough.
 */
const disks = [
  { target: 'vda', size: '1T', cluster: 65_536, extended: false, cache: 134_479_872 },
  { target: 'vdb', size: '1T', cluster: 65_536, extended: true, cache: 268_697_600 },
  { target: 'vdc', size: '64G', cluster: 4096, extended: false, cache: 134_234_112 },
  { target: 'vdd', size: '64G', cluster: 65_536, extended: false, cache: undefined },
  { target: 'vde', size: '1T', cluster: 2_097_152, extended: true, cache: undefined },
] as const;

let daemon: PrivateLibvirtd;
let state: string;
let images: string;

before(async () => {
  if (skip !== undefined) return;
  const [started, kit] = await Promise.all([startPrivateLibvirtd(), busyboxGuest()]);
  daemon = started;
  state = await mkdtemp(join(tmpdir(), 'nearmetal-state-'));
  images = await mkdtemp(join(tmpdir(), 'nearmetal-images-'));
  const devices: string[] = [];
  for (const { target, size, cluster, extended } of disks) {
    const path = join(images, `${target}.qcow2`);
    const options = `cluster_size=${cluster},extended_l2=${extended ? 'on' : 'off'}`;
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', options, path, size]);
    devices.push(
      `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${path}'/><target dev='${target}' bus='virtio'/></disk>`,
    );
  }
  const connection = await daemon.connect();
  await connection.defineDomain(kit.xml({ name: 'box', devices: devices.join('') }));
  await connection.close();
});

after(async () => {
  if (skip !== undefined) return;
  await daemon.stop();
  for (const folder of [state, images]) await rm(folder, { recursive: true, force: true });
});

/** Runs the program in the daemon's mount namespace. */
const nearmetal = (...words: readonly string[]): Promise<{ code: number; out: string; said: string }> =>
  new Promise(done => {
    const inside = ['--target', String(daemon.namespacePid), '--mount', process.execPath, program, ...words];
    const environment = { ...process.env, NEARMETAL_STATE_DIR: state };
    const child = execFile('nsenter', inside, { env: environment, cwd: '/' }, (error, out, said) =>
      done({ code: error === null ? 0 : Number(error.code), out, said }),
    );
    child.stdin?.end();
  });

/** What a command line of QEMU sets as cache-size of each image, by the node that reads it. */
function cachesIn(argv: readonly string[]): ReadonlyMap<string, number | undefined> {
  const nodes = argv.flatMap((word, at) => {
    if (argv[at - 1] !== '-blockdev') return [];
    const node: Readonly<Record<string, unknown>> = JSON.parse(word);
    return [node];
  });
  const files = new Map(nodes.map(node => [node['node-name'], String(node['filename'])]));
  return new Map(
    nodes
      .filter(({ driver }) => driver === 'qcow2')
      .map(node => {
        const cache = node['cache-size'];
        return [files.get(node['file']) ?? '', cache === undefined ? undefined : Number(cache)];
      }),
  );
}

/** The words of a command line as domxml-to-native prints it: quoted for a shell. */
const wordsOf = async (line: string): Promise<readonly string[]> =>
  (await run('sh', ['-c', `printf '%s\\0' ${line.replaceAll('\\\n', ' ').trim()}`])).stdout.split('\0').slice(0, -1);

/** The command line that libvirt would start the guest with. */
const nativeArgv = async (): Promise<readonly string[]> =>
  wordsOf(await daemon.virsh('domxml-to-native', 'qemu-argv', '--domain', 'box'));

/** The command line of the guest's QEMU. */
async function runningArgv(): Promise<readonly string[]> {
  const pid = (await readFile(join(daemon.folder, 'run/qemu/box.pid'), 'utf8')).trim();
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
}

/** The clusters of vdc are small on purpose, so that a cache is what is left to do; else nearmetal asks for larger clusters instead. */
const settings = `waivers:
  - rule: image/qcow2-cluster-size
    reason: the database writes blocks of 4 KiB
    owner: dba@example.org
    until: ${new Date().getUTCFullYear() + 1}-12-31
`;

const wanted = (): ReadonlyMap<string, number | undefined> =>
  new Map(disks.map(({ target, cache }) => [join(images, `${target}.qcow2`), cache]));
const none = (): ReadonlyMap<string, number | undefined> =>
  new Map([...wanted().keys()].map(path => [path, undefined]));

test('the advice about the cache of qcow2 tables, applied, stands in the command line that libvirt builds and QEMU runs with; taken back, it is gone', {
  skip,
}, async () => {
  const stored = await daemon.virsh('dumpxml', 'box', '--inactive', '--security-info');
  assert.deepEqual(cachesIn(await nativeArgv()), none());

  const config = join(state, 'nearmetal.yaml');
  await writeFile(config, settings);
  const only = ['--guest', 'box', '--rule', 'image/qcow2-l2-cache', '--config', config];
  const plan = join(state, 'plan.json');
  const planned = await nearmetal('plan', ...only, '-o', plan);
  assert.equal(planned.code, 2, planned.out + planned.said);
  const applied = await nearmetal('apply', plan, '--yes', '--format', 'json');
  assert.equal(applied.code, 0, applied.out + applied.said);
  for (const { cache } of disks) {
    if (cache === undefined) continue;
    assert.match(await daemon.virsh('dumpxml', 'box'), new RegExp(`<max_size unit='bytes'>${cache}</max_size>`));
  }
  assert.deepEqual(cachesIn(await nativeArgv()), wanted());
  await daemon.virsh('start', 'box');
  assert.deepEqual(cachesIn(await runningArgv()), wanted());
  const again = await nearmetal('check', ...only, '--fail-on', 'hint');
  assert.equal(again.code, 0, again.out + again.said);
  await daemon.virsh('destroy', 'box');

  const { run: id } = JSON.parse(applied.out);
  const undone = await nearmetal('undo', id, '--yes');
  assert.equal(undone.code, 0, undone.out + undone.said);
  assert.equal(await daemon.virsh('dumpxml', 'box', '--inactive', '--security-info'), stored);
  assert.deepEqual(cachesIn(await nativeArgv()), none());
});

test('QEMU reads no table of an image twice with the number that is advised, and reads them again with a cluster less', {
  skip,
}, async () => {
  const path = join(images, 'full.qcow2');
  const tables = 1024;
  // 2 GiB in clusters of 4 KiB: 1024 tables, each of one cluster; all of them there
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', 'cluster_size=4K,preallocation=metadata', path, '2G']);
  const advised = tables * 4096 + 4 * 4096;
  assert.equal(await tableReads(path, advised, tables, 2), await tableReads(path, advised, tables, 1));
  const again = await tableReads(path, advised - 4096, tables, 2);
  assert.equal(again - (await tableReads(path, advised - 4096, tables, 1)), tables);
});

/** How often QEMU reads a table where the guest reads a sector below each of them, in order, so often. */
async function tableReads(path: string, cache: number, tables: number, passes: number): Promise<number> {
  const trace = join(images, 'trace');
  const pass = Array.from({ length: tables }, (_, at) => `read -q ${at * 2}M 512`).join('\n');
  const options = `driver=qcow2,cache-size=${cache},file.driver=file,file.filename=${path}`;
  await new Promise<void>((done, fail) => {
    const child = execFile(
      'strace',
      ['-ff', '-e', 'trace=pread64,preadv', '-o', trace, 'qemu-io', '--image-opts', options],
      error => (error === null ? done() : fail(error)),
    );
    child.stdin?.end(`${`${pass}\n`.repeat(passes)}quit\n`);
  });
  let reads = 0;
  for (const name of await readdir(images)) {
    if (!name.startsWith('trace.')) continue;
    const text = await readFile(join(images, name), 'latin1');
    reads += text.split('\n').filter(line => line.includes(', 4096, ')).length;
    await rm(join(images, name));
  }
  return reads;
}
