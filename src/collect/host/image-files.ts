import type { Reading } from '#collect/reading';
import type { ImageFile } from '#model/host';
import { known } from '#model/known';
import type { FileTree } from '#transport/file-tree';

/**
 * Whether paths of images are there (statfs). One counts as missing only where the folder that should hold it is there: a tree that
 * was copied from a machine has no images, and no folder of them. `folders`: where images lie; one that is missing is looked for there by its name.
 */
export const imageFilesReading = (
  paths: readonly string[],
  folders: readonly string[] = [],
): Reading<readonly ImageFile[]> => ({
  says: "whether the files that guests' disks name are there",
  ways: paths.flatMap(path => [{ file: path }, { file: folderOf(path) }]),
  read({ files }) {
    const found = paths.flatMap((path): readonly ImageFile[] => {
      const { outcome } = files.room(path);
      const linked = files.link(path);
      const link = linked.outcome === 'ok' ? { link: linked.value } : {};
      if (outcome === 'ok') return [{ path, isThere: true, ...link }];
      if (outcome !== 'absent' || files.list(folderOf(path)).outcome !== 'ok') return [];
      return [{ path, isThere: false, ...link, elsewhere: namesakes(files, path, folders) }];
    });
    return known(
      found,
      ...found.flatMap(({ path, isThere }) => (isThere ? [] : [{ from: `statfs ${path}`, value: 'not there' }])),
    );
  },
});

/** Files of the same name in other folders: where one may have gone. */
function namesakes(files: FileTree, path: string, folders: readonly string[]): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return folders.flatMap(folder => {
    const names = folder === folderOf(path) ? undefined : files.list(folder);
    return names?.outcome === 'ok' && names.value.includes(name) ? [`${folder}/${name}`] : [];
  });
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
