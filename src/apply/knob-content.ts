import type { FileTree } from '#transport/file-tree';

/** What a file of the kernel reads; undefined where it is not there or can only be written to. */
export function knobContent(files: FileTree, path: string): string | undefined {
  const found = files.read(path);
  return found.outcome === 'ok' ? found.value : undefined;
}
