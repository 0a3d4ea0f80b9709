import type { Reading } from '#collect/reading';
import type { ImageFile } from '#model/host';
import { known } from '#model/known';

/**
 * Whether paths of images are there (statfs). One counts as missing only where the folder that should hold it is there: a tree that
 * was copied from a machine has no images, and no folder of them.
 */
export const imageFilesReading = (paths: readonly string[]): Reading<readonly ImageFile[]> => ({
  says: "whether the files that guests' disks name are there",
  ways: paths.flatMap(path => [{ file: path }, { file: folderOf(path) }]),
  read({ files }) {
    const found = paths.flatMap((path): readonly ImageFile[] => {
      const { outcome } = files.room(path);
      if (outcome === 'ok') return [{ path, isThere: true }];
      return outcome === 'absent' && files.list(folderOf(path)).outcome === 'ok' ? [{ path, isThere: false }] : [];
    });
    return known(
      found,
      ...found.flatMap(({ path, isThere }) => (isThere ? [] : [{ from: `statfs ${path}`, value: 'not there' }])),
    );
  },
});

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
