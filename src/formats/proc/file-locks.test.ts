import assert from 'node:assert/strict';
import test from 'node:test';
import { imageLock, parseFileLocks } from '#formats/proc/file-locks';

const text = `1: OFDLCK ADVISORY  READ -1 fe:00:16048404 203 203
2: OFDLCK ADVISORY  READ -1 fe:00:16048404 100 100
3: OFDLCK ADVISORY  READ -1 fe:00:3252327 103 103
4: OFDLCK ADVISORY  READ -1 fe:00:3252327 100 101
5: POSIX  ADVISORY  WRITE 27589 fe:00:3170584 0 EOF
5: -> POSIX  ADVISORY  WRITE 27590 fe:00:3170584 0 EOF
nonsense
`;

test('locks are read, and those that wait are not locks', () => {
  const locks = parseFileLocks(text);
  assert.equal(locks.length, 5);
  assert.deepEqual(locks[3], { kind: 'OFDLCK', device: 'fe:00', inode: '3252327', start: 100, end: 101 });
  assert.equal(locks[4]?.end, undefined);
});

test('the locks of QEMU tell a reader from a writer', () => {
  const of = (inode: string) => imageLock(parseFileLocks(text).filter(lock => lock.inode === inode));
  assert.equal(of('16048404'), 'reads');
  assert.equal(of('3252327'), 'writes');
  assert.equal(of('3170584'), 'none');
});
