import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '#apply/look-quietly';
import { backingPlace } from '#formats/disk/backing-name';
import { openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageFormats } from '#formats/disk/image-formats';
import { type FileBytes, openFileBytes } from '#transport/file-bytes';

/** The most files of a folder that are looked into. */
const mostFiles = 20_000;

/** Smaller than any image that can name another. */
const leastBytes = 512;

/**
 * Gives the images in some folders that have a file for their backing file, sorted. Files that we keep for taking something back, and drafts, do not
 * count. What cannot be read is no overlay that anybody could open either.
 */
export function overlaysOf(base: Stats, folders: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const folder of new Set(folders))
    for (const name of namesIn(folder).slice(0, mostFiles)) {
      const path = join(folder, name);
      if (!isOurs(name) && backs(path, base)) found.add(path);
    }
  return [...found].sort();
}

/** Names that an operation of ours gives: of what was there before, what was taken back, and what is not ready. */
const isOurs = (name: string): boolean => /\.(?:before|after)-\d{8}T\d{6}Z(?:\.\d+)?$|^\..*\.nearmetal$/.test(name);

function backs(path: string, base: Stats): boolean {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size < leastBytes || (stat.ino === base.ino && stat.dev === base.dev)) return false;
    const name = backingOf(path);
    if (name === undefined) return false;
    const below = statSync(backingPlace(path, name).path);
    return below.ino === base.ino && below.dev === base.dev;
  } catch (error) {
    if (error instanceof ImageFault || (error instanceof Error && 'code' in error)) return false;
    throw error;
  }
}

function backingOf(path: string): string | undefined {
  const files: FileBytes[] = [];
  try {
    const openFile = (name: string): FileBytes => {
      const file = openFileBytes(name);
      files.push(file);
      return file;
    };
    const { layers } = openImageChain(path, { formats: imageFormats, openFile, isAlone: true });
    return layers[0].image.backing?.name;
  } finally {
    for (const file of files) file.close();
  }
}
