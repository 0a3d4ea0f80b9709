import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** A file system in user space that is mounted: the kernel's requests are waiting. */
export interface FuseMount {
  /** Answers requests until it is unmounted. Nothing else happens in this process meanwhile. `answer`: undefined where none is wanted. */
  serve(answer: (request: Buffer) => Buffer | undefined): void;
}

/** Options of the mount: nothing is written, no device of the guest is one here, no program gains rights, and nobody but root looks in. */
const options = 'ro,nosuid,nodev,noexec,rootmode=40000,user_id=0,group_id=0,default_permissions';

/** Longest request: the kernel wants room for 8 KiB at least (FUSE_MIN_READ_BUFFER). */
const requestRoom = 256 * 1024;

/**
 * Mounts a folder that this process will serve. `source`: the name under which it stands in the list of mounts. Throws an error with what mount(8) says.
 * Needs root. mount(2) is what mount(8) is started for: Node has no call for it.
 */
export function mountFuse(folder: string, source: string): FuseMount {
  const device = openSync('/dev/fuse', 'r+');
  const { status, stderr, error } = spawnSync(
    'mount',
    ['-i', '-t', 'fuse.nearmetal', '-o', `${options},fd=3`, source, folder],
    { stdio: ['ignore', 'ignore', 'pipe', device], encoding: 'utf8' },
  );
  if (error !== undefined || status !== 0) {
    closeSync(device);
    throw new Error(error?.message ?? (stderr.trim().split('\n', 1)[0] || 'mount failed'));
  }
  return {
    serve(answer) {
      const room = Buffer.alloc(requestRoom);
      for (;;) {
        let length: number;
        try {
          length = readSync(device, room);
        } catch (problem) {
          // ENOENT: who asked has gone
          if (['EINTR', 'EAGAIN', 'ENOENT'].includes(codeOf(problem))) continue;
          // unmounted
          if (codeOf(problem) === 'ENODEV') return;
          throw problem;
        }
        const out = answer(room.subarray(0, length));
        if (out === undefined) continue;
        try {
          writeSync(device, out);
        } catch (problem) {
          if (codeOf(problem) === 'ENODEV') return;
          if (codeOf(problem) !== 'ENOENT') throw problem;
        }
      }
    },
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
