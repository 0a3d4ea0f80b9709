import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs';
import type { FileResult, FileTree, Room } from '#transport/file-tree';
import { linkResolver } from '#transport/link-resolver';

/** The most that is read of one file. */
export const mostBytes = 8 * 1024 * 1024;
const firstBytes = 64 * 1024;

/**
 * Takes the root of a tree of files; gives the tree. Symbolic links are followed as that machine would follow them: an absolute
 * one starts at `root`, and none leaves it. Only regular files are read (a FIFO or a device never blocks).
 * `missing` says what a path that is not there means: `absent` on a whole machine, `not-captured` in a part of one. `folders`: what a
 * folder's name leads to is looked up each time, in a tree that changes.
 */
export function localTree(
  root: string,
  {
    missing,
    folders = 'remembered',
  }: { readonly missing: 'absent' | 'not-captured'; readonly folders?: 'remembered' | 'looked-up' },
): FileTree {
  const isWhole = root === '/';
  const locate = isWhole ? (path: string): string => path : linkResolver(root, folders);
  const look = <T>(path: string, read: (real: string) => FileResult<T>): FileResult<T> => {
    try {
      return read(locate(path));
    } catch (error) {
      return lookFailed(error, path, missing);
    }
  };
  const readText = textReader();
  return {
    read: path => look(path, readText),
    list: path => look(path, real => ({ outcome: 'ok', value: readdirSync(real).sort() })),
    link: path =>
      look<string>(path, () => {
        const slash = path.lastIndexOf('/');
        const real = `${locate(path.slice(0, slash))}/${path.slice(slash + 1)}`;
        // an error costs more than a look, and most of the paths that are asked about are no links
        const status = lstatSync(real, { throwIfNoEntry: false });
        if (status === undefined) return noEntry(path, missing);
        return status.isSymbolicLink() ? { outcome: 'ok', value: readlinkSync(real) } : { outcome: 'absent' };
      }),
    room: path =>
      look<Room>(path, real => {
        // an error costs more than a look, and hundreds of images may not be there
        if (statSync(real, { throwIfNoEntry: false }) === undefined) return noEntry(path, missing);
        const { bsize, blocks, bavail } = statfsSync(real);
        return { outcome: 'ok', value: { size: bsize * blocks, free: bsize * bavail } };
      }),
  };
}

/** Gives a function that reads a file's text. Its buffer serves all files: hundreds of them are a few bytes of /sys each. */
function textReader(): (real: string) => FileResult<string> {
  let buffer: Buffer | undefined;
  return real => {
    const file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      if (!fstatSync(file).isFile()) return { outcome: 'absent' };
      buffer ??= Buffer.allocUnsafe(firstBytes);
      let total = 0;
      // files of /proc have no size, and give less than is asked for in the midst of them
      while (total < mostBytes) {
        if (total === buffer.length) buffer = Buffer.concat([buffer], Math.min(buffer.length * 4, mostBytes));
        const count = readSync(file, buffer, total, buffer.length - total, null);
        if (count === 0) break;
        total += count;
      }
      return { outcome: 'ok', value: buffer.toString('utf8', 0, total) };
    } finally {
      closeSync(file);
    }
  };
}

function lookFailed(error: unknown, path: string, missing: 'absent' | 'not-captured'): FileResult<never> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  // EINVAL: readlink of what is no link, or a knob that has no value; ENXIO: a FIFO without a writer; ENODEV, ENOTSUP: knobs of a device that lacks them
  if (code === 'EINVAL' || code === 'ENXIO' || code === 'ENODEV' || code === 'EOPNOTSUPP' || code === 'ELOOP') {
    return { outcome: 'absent' };
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') return noEntry(path, missing);
  return { outcome: 'denied', reason: code };
}

const noEntry = (path: string, missing: 'absent' | 'not-captured'): FileResult<never> =>
  missing === 'absent' ? { outcome: 'absent' } : { outcome: 'not-captured', reason: `${path} is not in this tree` };
