import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';
import type { BundleFiles } from '#formats/bundle/own/print-own-bundle';

/**
 * Packs the files of a bundle into one tar.gz, all under one folder, so that unpacking it litters nothing. Readable by the user alone:
 * a bundle describes a machine. The same files, folder and time give the same bytes.
 */
export async function packArchive(files: BundleFiles, folder: string, time: Date): Promise<Uint8Array> {
  const tar = await packTar(
    [...files].map(([path, content]) => ({
      header: { name: `${folder}/${path}`, size: content.length, mtime: time, mode: 0o600, type: 'file' as const },
      body: content,
    })),
  );
  return promisify(gzip)(tar);
}
