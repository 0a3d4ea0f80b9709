import type { ListedFile } from '#formats/guest-disk/guest-tree';

/** Files of a folder as JSON: what stat says; `modified` in seconds since 1970. */
export const listedJson = (files: readonly ListedFile[]): unknown =>
  files.map(({ name, path, stat, target }) => ({
    name,
    path,
    kind: stat.kind,
    mode: stat.mode.toString(8).padStart(4, '0'),
    uid: stat.uid,
    gid: stat.gid,
    links: stat.links,
    size: stat.size,
    modified: stat.modified,
    ...(target !== undefined && { target }),
  }));
