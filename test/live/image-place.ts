import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeExt4, makeTree, makeXfs } from '../made-file-system.js';
import { missingParts } from './missing-parts.js';

/** Why images cannot be opened at folders here; undefined where they can. */
export const noImagePlace = (): string | undefined =>
  missingParts([
    'unshare',
    'nsenter',
    'mount',
    'losetup',
    'qemu-img',
    'qemu-io',
    'qemu-storage-daemon',
    'sfdisk',
    'mkfs.ext4',
    'mkfs.xfs',
    'mksquashfs',
  ]) ?? (existsSync('/dev/fuse') ? undefined : 'no /dev/fuse');

const program = resolve('dist/cli.cjs');
const mib = 1024 * 1024;

/** What a program came to. */
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** Images in a folder, and a mount namespace in which they can be opened, so that nothing is mounted on the machine whatever happens. */
export interface ImagePlace {
  readonly folder: string;
  /** A process in the namespace. */
  readonly pid: number;
  /** The path of something in the folder. */
  readonly at: (name: string) => string;
  /** Runs a program in that namespace. */
  readonly inside: (environment: NodeJS.ProcessEnv, ...words: readonly string[]) => Promise<Result>;
  readonly nearmetal: (...words: readonly string[]) => Promise<Result>;
  /** Opens an image; rejects where that fails. */
  readonly opened: (...words: readonly string[]) => Promise<Result>;
  /** Nothing of it is left: no mount, no loop device, no process, no record. */
  readonly assertGone: (where: string) => Promise<void>;
  /** Files as they are seen at a folder: names, kinds, rights, content. */
  readonly seen: (where: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Makes the images: `gpt` (raw, qcow2), a root that mounts the boot partition before it; `mbr` (raw, vmdk), an XFS; `over.qcow2` over the latter. `tree` is
 * what was written to them. Needs root; see `noImagePlace`.
 */
export async function startImagePlace(): Promise<ImagePlace> {
  const folder = mkdtempSync(join(tmpdir(), 'nearmetal-open-'));
  const at = (name: string): string => join(folder, name);
  // it lasts as long as its input
  const keeper = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo ready; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(keeper.stdout, 'data');
  makeImages(at);
  const pid = keeper.pid ?? 0;
  const inside: ImagePlace['inside'] = (environment, ...words) =>
    new Promise(done => {
      const all = ['--target', String(pid), '--mount', ...words];
      const env = { ...process.env, NEARMETAL_STATE_DIR: at('state'), ...environment };
      const child = execFile('nsenter', all, { env, cwd: '/', maxBuffer: 64 * mib }, (error, out, said) =>
        done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, said }),
      );
      child.stdin?.end();
    });
  const nearmetal: ImagePlace['nearmetal'] = (...words) => inside({}, process.execPath, program, ...words);
  return {
    folder,
    pid,
    at,
    inside,
    nearmetal,
    opened: async (...words) => {
      const result = await nearmetal('image', 'open', ...words);
      assert.equal(result.code, 0, result.out + result.said);
      return result;
    },
    assertGone: async where => {
      const { out: mounts } = await inside({}, 'cat', '/proc/self/mounts');
      assert.ok(!mounts.includes(folder), mounts);
      assert.ok(!existsSync(where), 'the folder that was made is gone');
      assert.ok(!execFileSync('losetup', ['-a'], { encoding: 'utf8' }).includes(folder));
      const kept = readdirSync(at('state/attached')).filter(name => !name.startsWith('lock.'));
      assert.deepEqual(kept, []);
      assert.equal(processWith(at('state')), undefined);
    },
    seen: async where => {
      const list = `find . -name lost+found -prune -o -printf '%p %y %m %U %n %l\\n' | sort`;
      const sums = 'find . -name lost+found -prune -o -type f -print0 | sort -z | xargs -0 sha256sum';
      const { out } = await inside({}, 'sh', '-c', `cd ${where} && ${list} && ${sums}`);
      // how many names a folder has is told in different ways
      return out.replaceAll(/^(\.|\S+) d (\d+) (\d+) \d+ $/gm, '$1 d $2 $3');
    },
    stop: async () => {
      keeper.stdin.end();
      await once(keeper, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first process whose command line has a text in it. */
export const processWith = (text: string): string | undefined =>
  readdirSync('/proc').find(pid => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
    } catch {
      // it has ended
      return false;
    }
  });

function makeImages(at: ImagePlace['at']): void {
  mkdirSync(at('tree'));
  makeTree(at('tree'));
  mkdirSync(at('tree/boot'));
  writeFileSync(at('tree/etc/fstab'), 'LABEL=sample / ext4 defaults 0 1\nLABEL=boot /boot ext4 defaults 0 2\n');
  mkdirSync(at('boot'));
  writeFileSync(at('boot/vmlinuz'), 'a kernel');
  makeExt4(at('root.part'), at('tree'), [], '48M');
  makeExt4(at('boot.part'), at('boot'), ['-L', 'boot'], '12M');
  makeXfs(at('xfs.part'), at('tree'), []);
  makeDisk(at, 'gpt.raw', 'label: gpt\nstart=2048,size=24576\nstart=26624,size=98304\n', [
    ['boot.part', 1],
    ['root.part', 13],
  ]);
  makeDisk(at, 'mbr.raw', 'label: dos\nstart=2048\n', [['xfs.part', 1]]);
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', at('gpt.raw'), at('gpt.qcow2')]);
  execFileSync('qemu-img', ['convert', '-O', 'vmdk', at('mbr.raw'), at('mbr.vmdk')]);
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vmdk', '-b', 'mbr.vmdk', at('over.qcow2')]);
}

/** `parts`: file systems, and the mebibyte at which each begins. */
function makeDisk(
  at: ImagePlace['at'],
  name: string,
  table: string,
  parts: readonly (readonly [string, number])[],
): void {
  const size = Math.max(...parts.map(([part, start]) => start * mib + readFileSync(at(part)).length)) + mib;
  writeFileSync(at(name), '');
  truncateSync(at(name), size);
  execFileSync('sfdisk', ['-q', at(name)], { input: table });
  for (const [part, start] of parts) {
    const where = [`if=${at(part)}`, `of=${at(name)}`, 'bs=1M', `seek=${start}`];
    execFileSync('dd', [...where, 'conv=notrunc,sparse', 'status=none']);
  }
}
