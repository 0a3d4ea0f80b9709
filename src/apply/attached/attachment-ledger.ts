import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Attachment } from '#apply/attached/attachment';
import { namesIfThere, writeLasting } from '#transport/lasting-file';
import { syncFolder } from '#transport/sync-folder';

/** Remembers what is open, so that it can be closed whatever happens: `attached/ID/attachment.json`, with the files of its programs beside it. */
export interface AttachmentLedger {
  /** The folder of all of them. */
  readonly folder: string;
  /** The folder of one. */
  readonly folderOf: (id: string) => string;
  /** Puts it down, so that a crash right after leaves it readable. */
  readonly write: (one: Attachment) => void;
  /** All that were not closed, those that cannot be read left out. */
  readonly all: () => readonly Attachment[];
  readonly remove: (id: string) => void;
}

/** Opens the memory of attachments in a state folder; nothing is written before `write`. */
export function attachmentLedger(state: string): AttachmentLedger {
  const folder = join(state, 'attached');
  const folderOf = (id: string): string => join(folder, id);
  return {
    folder,
    folderOf,
    write(one) {
      mkdirSync(folderOf(one.id), { recursive: true, mode: 0o700 });
      writeLasting(join(folderOf(one.id), 'attachment.json'), `${JSON.stringify(one, undefined, 2)}\n`);
      syncFolder(folder);
    },
    all: () =>
      [...namesIfThere(folder)].sort().flatMap(id => {
        const one = /^[\da-f]{8,32}$/.test(id) ? readOne(join(folderOf(id), 'attachment.json')) : undefined;
        return one === undefined ? [] : [one];
      }),
    remove(id) {
      rmSync(folderOf(id), { recursive: true, force: true });
      syncFolder(folder);
    },
  };
}

/** Reads one; undefined where it was never written whole. */
export function readOne(path: string): Attachment | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isAttachment(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}

/** It is ours alone and was written whole: what is in it need not be looked at piece by piece. */
const isAttachment = (value: unknown): value is Attachment =>
  typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'nearmetal.attachment/1';
