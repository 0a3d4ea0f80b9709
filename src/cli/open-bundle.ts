import { readFileSync, statSync } from 'node:fs';
import type { RecognizedSource } from '#cli/recognize-source';
import { inputError } from '#cli/request-error';
import { sourcesOfBundle } from '#collect/bundle/sources-of-bundle';
import type { Place } from '#collect/machine';
import { BundleError } from '#formats/bundle/own/bundle-error';
import { bundleLimits } from '#formats/bundle/own/bundle-limits';
import { parseOwnBundle } from '#formats/bundle/own/parse-own-bundle';
import { unpackArchive } from '#formats/bundle/own/unpack-archive';
import { FolderTooLarge, folderFiles } from '#transport/folder-files';

/** Opens what `nearmetal collect` wrote: an archive, or the tree that it unpacks to. */
export async function openBundle({ kind, path }: RecognizedSource): Promise<Place> {
  try {
    const { bundle, notes } = parseOwnBundle(
      kind === 'bundle' ? folderFiles(path, bundleLimits) : await unpackArchive(readArchive(path)),
    );
    return {
      source: `${path} (${bundle.source}, ${bundle.time.slice(0, 16).replace('T', ' ')} UTC)`,
      extent: 'host',
      sources: sourcesOfBundle(bundle),
      notes,
    };
  } catch (error) {
    if (error instanceof BundleError || error instanceof FolderTooLarge) {
      throw inputError(`${path}: ${error.message}`, error instanceof BundleError ? error.doThis : undefined);
    }
    if (error instanceof Error && 'code' in error) throw inputError(`${path} cannot be read: ${String(error.code)}`);
    throw error;
  }
}

function readArchive(path: string): Uint8Array {
  if (statSync(path).size > bundleLimits.bytes) throw inputError(`${path} is larger than any bundle`);
  return readFileSync(path);
}
