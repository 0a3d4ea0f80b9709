/** Gives the name of a module by its file: `kernel/drivers/block/virtio-blk.ko.xz` is virtio_blk; the kernel takes `-` and `_` for one. Undefined for other files. */
export function moduleName(path: string): string | undefined {
  const name = /([^/]+)\.ko(?:\.(?:gz|xz|zst|bz2|lzma))?$/.exec(path)?.[1];
  return name?.replaceAll('-', '_');
}
