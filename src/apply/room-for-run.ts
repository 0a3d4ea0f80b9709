import { closeSync, existsSync, fsyncSync, openSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Keepsake } from '#apply/back-up';
import { reserveOf } from '#apply/journal';
import type { Surveyed } from '#apply/survey-plan';
import type { Target } from '#apply/target';

/** There is no room for the backup, or for the files that are to be written: nothing was changed. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
  readonly doThis: string;
  constructor(where: string, needed: number, free: number) {
    super(`${where} has room for ${kib(free)} KiB, and ${kib(needed)} KiB are needed`);
    this.doThis = `make room in the file system of ${where}`;
  }
}

const kib = (bytes: number): number => Math.ceil(bytes / 1024);

/** What a file takes beside its bytes, and what is left free for others. */
const block = 4096;
const margin = 256 * 1024;

/**
 * How much a run may write into the ledger, in bytes: all copies (of each change once more, since what stood there before each step is kept,
 * and once more for taking it back), plan and journals.
 */
export function bytesOfRun(keepsakes: readonly Keepsake[], changes: number, planBytes: number): number {
  const copies = keepsakes.reduce((sum, { content }) => sum + sizeOf(content) + block, 0);
  return copies + bytesToTakeBack(keepsakes, changes, planBytes) + planBytes + 2048 * changes;
}

/** How much of it is kept free for taking all back: put into a file that is taken away where the disk is full. */
export function bytesToTakeBack(keepsakes: readonly Keepsake[], changes: number, planBytes: number): number {
  // firmware variables and the like are never written, so they need not be kept again
  const copies = keepsakes.reduce((sum, { content }) => sum + Math.min(sizeOf(content), 1024 * 1024) + block, 0);
  return 2 * copies + 2 * planBytes + 4096 * changes + 64 * 1024;
}

const sizeOf = (content: string | Uint8Array | undefined): number =>
  content === undefined ? 0 : typeof content === 'string' ? Buffer.byteLength(content) : content.length;

/** Throws NoRoom where the file system of the ledger, or one that is going to be written to, has too little room. */
export function refuseWithoutRoom(target: Target, ledger: string, needed: number, changes: readonly Surveyed[]): void {
  const free = freeAt(ledger);
  if (free < needed + margin) throw new NoRoom(ledger, needed + margin, free);
  for (const { path, bytes } of filesToWrite(changes)) {
    const room = target.files.room(nearestFolder(target, path));
    if (room.outcome === 'ok' && room.value.free < bytes + block)
      throw new NoRoom(dirname(path), bytes + block, room.value.free);
  }
}

const filesToWrite = (changes: readonly Surveyed[]): readonly { readonly path: string; readonly bytes: number }[] =>
  changes.flatMap(one =>
    one.stands !== 'to-do'
      ? []
      : one.steps.flatMap(step =>
          step.do === 'write-file' && step.text !== undefined
            ? [{ path: step.path, bytes: Buffer.byteLength(step.text) }]
            : step.do === 'build-file'
              ? [{ path: step.path, bytes: step.bytes }]
              : [],
        ),
  );

function nearestFolder({ files }: Target, path: string): string {
  let folder = dirname(path);
  while (folder !== '/' && files.list(folder).outcome === 'absent') folder = dirname(folder);
  return folder;
}

/** Room in the file system that holds a folder, or will hold it. Root may use all that is free. */
function freeAt(folder: string): number {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const { bsize, bavail, bfree } = statfsSync(at);
  return bsize * (process.getuid?.() === 0 ? bfree : bavail);
}

/** Makes the file beside a journal that keeps room. Throws as Node's fs does. */
export function keepReserve(journal: string, bytes: number): void {
  const file = openSync(reserveOf(journal), 'w', 0o600);
  try {
    // what is sparse, or can be compressed, keeps no room
    const part = Buffer.alloc(Math.min(bytes, 1024 * 1024));
    for (let at = 0; at < part.length; at++) part[at] = (at * 2654435761) >>> 13;
    for (let left = bytes; left > 0; left -= part.length) writeFileSync(file, part.subarray(0, left));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
