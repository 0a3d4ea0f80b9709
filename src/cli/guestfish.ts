import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import type { GuestDiskRequest } from '#cli/open-guest-disk';
import { inputError } from '#cli/request-error';
import { printable } from '#report/printable';

/** The most that is taken of its output, and the longest that it is waited for: it boots a small guest of its own. */
const [mostBytes, longestMs] = [256 * 1024 * 1024, 300_000];

/**
 * Has guestfish look into an image, read-only: libguestfs boots a kernel of its own on it, so that the host's never touches what the guest wrote.
 * Takes the image, which part of it, a command of guestfish; gives its output. `asJson`: its lines as a JSON list. Throws RequestError where it is
 * not installed or refuses.
 */
export function guestfish(
  image: string,
  { imageFormat, partition }: GuestDiskRequest,
  command: readonly string[],
  asJson: boolean,
): Buffer {
  const format = imageFormat === undefined ? [] : [`--format=${imageFormat}`];
  const mount = partition === undefined ? ['-i'] : ['-m', deviceOf(partition)];
  const { error, status, stdout, stderr } = spawnSync(
    'guestfish',
    ['--ro', ...format, '-a', image, ...mount, ...command],
    {
      maxBuffer: mostBytes,
      timeout: longestMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (error !== undefined && 'code' in error && error.code === 'ENOENT')
    throw inputError('guestfish is not installed', 'it is part of guestfs-tools or libguestfs-tools');
  if (error !== undefined) throw inputError(`guestfish: ${error.message}`);
  if (status !== 0) throw inputError(`guestfish: ${printable(stderr.toString('utf8').trim().split('\n', 1)[0] ?? '')}`);
  if (!asJson) return stdout;
  const names = stdout
    .toString('utf8')
    .split('\n')
    .filter(name => name !== '');
  return Buffer.from(
    `${JSON.stringify(
      names.map(name => ({ name })),
      undefined,
      2,
    )}\n`,
  );
}

/** libguestfs calls the disk sda, its partitions sda1 …, a logical volume /dev/GROUP/NAME. */
function deviceOf(partition: string): string {
  if (partition.startsWith('/')) return partition;
  if (partition === 'disk') return '/dev/sda';
  return /^\d+$/.test(partition) ? `/dev/sda${partition}` : `/dev/${partition}`;
}
