/** A lock on a part of a file. */
export interface FileLock {
  /** `OFDLCK`, `POSIX`, `FLOCK` …, as the kernel prints it. */
  readonly kind: string;
  /** `major:minor` of the file system in hex, as the kernel prints it. */
  readonly device: string;
  /** Decimal. */
  readonly inode: string;
  /** First byte, and last; undefined: to the end of the file. */
  readonly start: number;
  readonly end: number | undefined;
}

/** /proc/locks (proc_locks(5)). Locks that wait for others (`->`), and lines of another shape, are left out. */
export function parseFileLocks(text: string): readonly FileLock[] {
  return text.split('\n').flatMap(line => {
    const match =
      /^\d+:\s+(\w+)\s+\w+\s+\w+\s+-?\d+\s+([0-9a-f]+:[0-9a-f]+):(\d+)\s+(\d{1,19})\s+(\d{1,19}|EOF)\s*$/i.exec(line);
    if (match === null) return [];
    const [, kind = '', device = '', inode = '', start = '', end = ''] = match;
    return [{ kind, device, inode, start: Number(start), end: end === 'EOF' ? undefined : Number(end) }];
  });
}

/**
 * What QEMU has told others about an image by its locks (block/file-posix.c): a lock of byte 100 + n says that it does n, one of byte 200 + n that
 * nobody else may; 1 is writing. `none`: no QEMU has it open.
 */
export function imageLock(locks: readonly FileLock[]): 'none' | 'reads' | 'writes' {
  const ours = locks.filter(({ kind, start }) => kind === 'OFDLCK' && start >= 100 && start < 264);
  const isWriting = ours.some(({ start, end = Number.POSITIVE_INFINITY }) => start <= 101 && end >= 101);
  return ours.length === 0 ? 'none' : isWriting ? 'writes' : 'reads';
}
