import { Buffer } from 'node:buffer';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { GuestTree } from '#formats/guest-disk/guest-tree';

/** Whether a program is here: it may stand in a folder that only root has in PATH. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** Gives why file systems cannot be made here; undefined where they can. */
export const noMaker = (program: string): string | undefined =>
  spawnSync(program, ['-V'], { env }).error === undefined ? undefined : `not installed: ${program}`;

/** Makes a folder tree with what file systems store in different ways: short and long folders, links, files with holes, of a few bytes and of many. */
export function makeTree(folder: string): void {
  for (const name of ['etc', 'many', 'deep/er/and/deeper', 'empty']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'etc/os-release'), 'ID=sample\nPRETTY_NAME="Sample 1"\n');
  writeFileSync(join(folder, 'etc/fstab'), '/dev/sda / ext4 defaults 0 1\n');
  for (let index = 0; index < 700; index++) writeFileSync(join(folder, `many/a-name-of-some-length-${index}`), '');
  for (const length of [5, 59, 60, 200]) symlinkSync('x'.repeat(length), join(folder, `link-${length}`));
  symlinkSync('/etc/os-release', join(folder, 'absolute'));
  symlinkSync('../../../../../../etc/os-release', join(folder, 'deep/er/upwards'));
  symlinkSync('circle', join(folder, 'circle'));
  for (const size of [1, 60, 100, 5000, 300_000])
    writeFileSync(join(folder, `file-${size}`), pattern(size), { mode: 0o640 });
  writeFileSync(join(folder, 'holes'), '');
  truncateSync(join(folder, 'holes'), 3_000_000);
  const holes = openSync(join(folder, 'holes'), 'r+');
  writeSync(holes, pattern(8192), 0, 8192, 1_638_400);
  closeSync(holes);
}

const pattern = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 255);

/** Makes a file system of a tree, without mounting anything. */
export function makeExt4(image: string, folder: string, options: readonly string[], size: string): void {
  execFileSync('mkfs.ext4', ['-q', '-F', '-L', 'sample', '-d', folder, ...options, image, size], {
    env,
    stdio: 'ignore',
  });
}

export function makeXfs(image: string, folder: string, options: readonly string[]): void {
  writeFileSync(image, '');
  truncateSync(image, 320 * 1024 * 1024);
  const proto = `${image}.proto`;
  writeFileSync(proto, `/none\n0 0\nd--755 0 0\n${protoLines(folder)}$\n`);
  execFileSync('mkfs.xfs', ['-q', '-L', 'sample', ...options, '-p', proto, image], { env, stdio: 'ignore' });
}

export function makeBtrfs(image: string, folder: string): void {
  writeFileSync(image, '');
  truncateSync(image, 128 * 1024 * 1024);
  execFileSync('mkfs.btrfs', ['-q', '-L', 'sample', '-r', folder, image], { env, stdio: 'ignore' });
}

/** Makes a FAT of the folders and files of a tree; it knows no links. `bits`: of an entry of its table. */
export function makeFat(
  image: string,
  folder: string,
  bits: 12 | 16 | 32,
  size: string,
  options: readonly string[],
): void {
  rmSync(image, { force: true });
  execFileSync('truncate', ['-s', size, image]);
  execFileSync('mkfs.vfat', ['-F', String(bits), '-n', 'SAMPLE', ...options, image], { env, stdio: 'ignore' });
  const inside = readdirSync(folder).map(name => join(folder, name));
  const quiet = { ...env, MTOOLS_SKIP_CHECK: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8' };
  execFileSync('mcopy', ['-s', '-m', '-Q', '-i', image, ...inside, '::'], { env: quiet, stdio: 'ignore' });
}

/** The form in which mkfs.xfs takes a tree (mkfs.xfs(8), -p). */
function protoLines(folder: string): string {
  return readdirSync(folder)
    .map(name => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const rights = `--${(stat.mode & 0o777).toString(8).padStart(3, '0')} ${stat.uid} ${stat.gid}`;
      if (stat.isSymbolicLink()) return `${name} l${rights} ${readlinkSync(path)}\n`;
      if (stat.isDirectory()) return `${name} d${rights}\n${protoLines(path)}$\n`;
      return `${name} -${rights} ${resolve(path)}\n`;
    })
    .join('');
}

/** Says where a tree on disk and one that is read from an image differ. */
export function differences(folder: string, tree: GuestTree, path = '/'): string[] {
  const here = join(folder, path);
  const real = lstatSync(here);
  const { stat: found, system } = tree.find(path, 'keep');
  const told: string[] = [];
  if ((real.mode & 0o7777) !== found.mode) told.push(`${path}: rights ${found.mode.toString(8)}`);
  if (real.uid !== found.uid || real.gid !== found.gid) told.push(`${path}: owner`);
  if (real.isSymbolicLink() && system.readLink(found.file) !== readlinkSync(here)) told.push(`${path}: target`);
  if (real.isFile() && !Buffer.from(tree.read(path, 2 ** 30)).equals(readFileSync(here))) told.push(`${path}: content`);
  if (!real.isDirectory()) return told;
  const names = readdirSync(here).sort();
  const others = tree
    .names(path)
    .filter(name => name !== 'lost+found')
    .toSorted();
  if (JSON.stringify(names) !== JSON.stringify(others)) told.push(`${path}: names`);
  return [...told, ...names.flatMap(name => differences(folder, tree, join(path, name)))];
}
