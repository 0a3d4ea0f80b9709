import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttachError } from '#apply/attached/attach-error';
import { parseMounts } from '#formats/proc/mounts';
import type { Mount } from '#model/mount';

/** Runs a program to its end; gives its output. Throws AttachError with its first line of complaint. `log`: where what it says goes, of one that stays. */
export function runProgram(argv: readonly string[], log?: string): string {
  const [program = '', ...words] = argv;
  const file = log === undefined ? undefined : openSync(log, 'a', 0o600);
  try {
    // what stays must not keep a pipe open that is waited for
    const { error, status, stdout, stderr } = spawnSync(program, words, {
      stdio: ['ignore', file ?? 'pipe', file ?? 'pipe'],
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
    });
    if (error !== undefined)
      throw new AttachError(
        'failed',
        'code' in error && error.code === 'ENOENT' ? `${program} is not installed` : `${program}: ${error.message}`,
      );
    if (status === 0) return stdout ?? '';
    const said = log === undefined ? stderr : readFileSync(log, 'utf8');
    const lines = said.split('\n').filter(line => line.trim() !== '');
    throw new AttachError('failed', `${program}: ${lines[0]?.trim() ?? `it ended with ${status}`}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What is mounted at a folder, the lowest first. */
export const mountsAt = (folder: string): readonly Mount[] =>
  parseMounts(readFileSync('/proc/self/mounts', 'utf8')).filter(({ target }) => target === folder);

/** Whether a process lives whose command line has a word in it. */
export function isAtWork(pid: number | undefined, word: string): boolean {
  if (pid === undefined) return false;
  try {
    // one that has ended and is not yet waited for has no command line
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(Buffer.from(word).toString('latin1'));
  } catch {
    return false;
  }
}

/** Reads the number of a process from a file; undefined where there is none. */
export function pidIn(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'latin1').trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Waits until something is so; false where it is not in time. */
export async function waitUntil(isSo: () => boolean, withinMs: number): Promise<boolean> {
  for (let waited = 0; ; waited += 25) {
    if (isSo()) return true;
    if (waited >= withinMs) return false;
    await sleep(25);
  }
}
