import { ImageFault } from '#formats/disk/image-fault';
import type { BrowsedFileSystem, FileStat } from '#formats/filesystem/browsed-file-system';
import type { FileNodes, NodeEntry } from '#formats/fuse/file-nodes';
import type { FoundFile, GuestTree } from '#formats/guest-disk/guest-tree';

/** A file's number in its file system goes up to 2⁵³; above it stands which file system it is, counted from 1. */
const perSystem = 2n ** 53n;

/** Gives the files of a guest, with what is mounted within it, as nodes that have numbers. `size`: bytes of all its file systems. */
export function guestNodes(tree: GuestTree, size: number): FileNodes {
  const systems: BrowsedFileSystem[] = [];
  const nodeOf = (system: BrowsedFileSystem, file: number): bigint => {
    if (!systems.includes(system)) systems.push(system);
    return BigInt(systems.indexOf(system) + 1) * perSystem + BigInt(file);
  };
  const root = nodeOf(tree.root.system, tree.root.root);
  const mounts = mountsOf(tree, nodeOf);
  const place = (node: bigint): { readonly system: BrowsedFileSystem; readonly file: number } => {
    const own = node === 1n ? root : node;
    const system = systems[Number(own / perSystem) - 1];
    if (system === undefined) throw new RangeError(`there is no node ${node}`);
    return { system, file: Number(own % perSystem) };
  };
  const entries = (folder: bigint): readonly NodeEntry[] => {
    const { system, file } = place(folder);
    const over = mounts.get(nodeOf(system, file));
    return Array.from(system.entries(file), ({ name, file: inner }) => ({
      name,
      node: over?.get(name) ?? nodeOf(system, inner),
    }));
  };
  return {
    size,
    stat: (node): FileStat => {
      const { system, file } = place(node);
      return system.stat(file);
    },
    entries,
    readInto: (node, target, at) => {
      const { system, file } = place(node);
      return system.readInto(file, target, at);
    },
    readLink: node => {
      const { system, file } = place(node);
      return system.readLink(file);
    },
  };
}

/** What is mounted where: by folder, and by name in it. */
function mountsOf(
  tree: GuestTree,
  nodeOf: (system: BrowsedFileSystem, file: number) => bigint,
): ReadonlyMap<bigint, ReadonlyMap<string, bigint>> {
  const mounts = new Map<bigint, Map<string, bigint>>();
  for (const [path, { system, root }] of tree.mounts) {
    const slash = path.lastIndexOf('/');
    // where it is to be mounted may not be there, or be a link to elsewhere: then it is not seen, as in the guest
    const above = folderAt(tree, path.slice(0, slash));
    if (above === undefined) continue;
    const folder = nodeOf(above.system, above.stat.file);
    const inner = mounts.get(folder) ?? new Map<string, bigint>();
    inner.set(path.slice(slash + 1), nodeOf(system, root));
    mounts.set(folder, inner);
  }
  return mounts;
}

/** Undefined also where it is damaged. */
function folderAt(tree: GuestTree, path: string): FoundFile | undefined {
  try {
    return tree.look(path);
  } catch (error) {
    if (error instanceof ImageFault) return undefined;
    throw error;
  }
}
