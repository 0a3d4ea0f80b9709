import { readInput } from '#cli/read-input';
import type { RecognizedSource } from '#cli/recognize-source';
import { inputError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { sourcesOfBundle } from '#collect/bundle/sources-of-bundle';
import type { Place } from '#collect/machine';
import { BundleError } from '#formats/bundle/own/bundle-error';
import { bundleLimits } from '#formats/bundle/own/bundle-limits';
import { parseOwnBundle } from '#formats/bundle/own/parse-own-bundle';
import { unpackArchive } from '#formats/bundle/own/unpack-archive';
import { FolderTooLarge, folderFiles } from '#transport/folder-files';

/** Opens what `nearmetal collect` wrote: an archive, or the tree that it unpacks to. */
export async function openBundle({ kind, path, content }: RecognizedSource): Promise<Place> {
  try {
    const { bundle, notes } = parseOwnBundle(
      kind === 'bundle'
        ? folderFiles(path, bundleLimits)
        : await unpackArchive(content ?? (await readInput(path, () => bundleLimits.bytes))),
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
    if (error instanceof Error && 'syscall' in error) throw inputError(`${path} cannot be read: ${systemWords(error)}`);
    throw error;
  }
}
