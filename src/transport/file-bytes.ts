import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { ByteSource } from '#units/byte-source';

/** A file or block device that is open for reading. */
export interface FileBytes extends ByteSource {
  /** Device and inode: two names of one file have the same. */
  readonly identity: string;
  /** Room that it takes, in bytes; of a device 0. */
  readonly allocated: number;
  readonly isDevice: boolean;
  /** The path of what is open, all links followed. */
  readonly realPath: () => string;
  readonly close: () => void;
}

/** Whether nothing is at a path. Asked first of hundreds of them, since an error costs more than a look. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    // something is wrong with it, which opening it tells
    return false;
  }
}

/** The longest single read of the kernel is a little less than this. */
const mostAtOnce = 1 << 30;

/**
 * Opens a file or a block device for reading at any place. Throws the system's error; and one of code EINVAL for what is neither: a pipe or a
 * socket would never end.
 */
export function openFileBytes(path: string): FileBytes {
  // a pipe without a writer would keep an open without O_NONBLOCK waiting
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    const isDevice = status.isBlockDevice();
    if (!isDevice && !status.isFile())
      throw Object.assign(new Error(`${path} is neither a file nor a block device`), { code: 'EINVAL' });
    return {
      size: isDevice ? deviceSize(status.rdev) : status.size,
      identity: isDevice ? `device ${status.rdev}` : `${status.dev}:${status.ino}`,
      allocated: status.blocks * 512,
      isDevice,
      realPath: () => readlinkSync(`/proc/self/fd/${descriptor}`),
      readInto: (target, at) => readWhole(descriptor, target, at),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function readWhole(descriptor: number, target: Uint8Array, at: number): number {
  let done = 0;
  while (done < target.length) {
    const count = readSync(descriptor, target, done, Math.min(target.length - done, mostAtOnce), at + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Bytes of a block device, which fstat does not tell: the kernel counts in sectors of 512 bytes (Documentation/ABI/stable/sysfs-block, size). */
function deviceSize(device: number): number {
  // glibc's gnu_dev_major and gnu_dev_minor, for numbers below 2³²
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return Number(readFileSync(`/sys/dev/block/${major}:${minor}/size`, 'utf8')) * 512;
}
