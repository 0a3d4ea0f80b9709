import { parseFstab } from '#formats/conf/fstab';
import { parseOsRelease } from '#formats/conf/os-release';
import { ImageFault } from '#formats/disk/image-fault';
import type { BrowsedFileSystem } from '#formats/filesystem/browsed-file-system';
import { openFileSystem } from '#formats/filesystem/open-file-system';
import { PathFault } from '#formats/filesystem/path-fault';
import { GuestTree, type MountedFileSystem } from '#formats/guest-disk/guest-tree';
import { type GuestVolume, volumeNamed } from '#formats/guest-disk/guest-volume';

/** The files of a guest, and where they come from. */
export interface OpenGuest {
  readonly tree: GuestTree;
  /** The file systems that make it up, the root first. */
  readonly parts: readonly GuestPart[];
  /** What has to be known of it: what its fstab mounts and is not there, journals that were not put in place. */
  readonly remarks: readonly string[];
}

/** A file system of a guest. */
export interface GuestPart {
  /** The path at which it stands. */
  readonly path: string;
  readonly volume: string;
  readonly type: string;
  readonly label: string | undefined;
  readonly uuid: string;
  /** Bytes of the volume. */
  readonly size: number;
}

/** A volume whose file system can be browsed, or cannot. */
export type OpenedVolume = GuestVolume & {
  readonly system: BrowsedFileSystem;
  /** The folder of it that is its root. */
  readonly root: number;
  readonly label: string | undefined;
  readonly uuid: string;
};

/** The volumes of a guest, and why some cannot be browsed. */
export interface OpenedVolumes {
  readonly opened: readonly OpenedVolume[];
  /** Names of those on which is nothing that can be browsed. */
  readonly others: readonly string[];
  readonly faults: readonly { readonly volume: string; readonly fault: ImageFault }[];
}

/** Longest fstab or os-release that is read. */
const longest = 1024 * 1024;

/** Opens the file systems of a guest's volumes, as far as they can be browsed. */
export function openVolumes(volumes: readonly GuestVolume[]): OpenedVolumes {
  const opened: OpenedVolume[] = [];
  const others: string[] = [];
  const faults: { volume: string; fault: ImageFault }[] = [];
  for (const volume of volumes) {
    try {
      const system = openFileSystem(volume.source);
      if (system === undefined) others.push(volume.name);
      else opened.push({ ...volume, system, root: rootOf(system), label: system.label, uuid: system.uuid });
    } catch (error) {
      if (!(error instanceof ImageFault)) throw error;
      faults.push({ volume: volume.name, fault: error });
    }
  }
  return { opened, others, faults };
}

/** Subvolumes in which distributions put the root of a system whose default is the one above them all: Fedora, Ubuntu, Debian. */
const rootSubvolumes = ['root', '@', '@rootfs'];

function rootOf(system: BrowsedFileSystem): number {
  const hasFiles = (root: number): boolean => new GuestTree({ system, root }).look('/etc') !== undefined;
  if (system.subvolume === undefined || hasFiles(system.root)) return system.root;
  const found = rootSubvolumes.map(name => system.subvolume?.(name)).find(root => root !== undefined && hasFiles(root));
  return found ?? system.root;
}

/** Gives the file system of one volume alone. */
export function guestOfVolume(volume: OpenedVolume): OpenGuest {
  return { tree: new GuestTree(mountOf(volume)), parts: [partOf('/', volume)], remarks: remarksOf(volume) };
}

/** Gives the volumes that hold the root of a system: an os-release, and as a rule an fstab. Those with both come alone if there are any. */
export function rootsAmong(volumes: readonly OpenedVolume[]): readonly OpenedVolume[] {
  const scored = volumes.map(volume => {
    const tree = new GuestTree(mountOf(volume));
    try {
      const hasRelease = [
        '/etc/os-release',
        '/usr/lib/os-release',
        '/etc/SuSE-release',
        '/etc/redhat-release',
        '/etc/debian_version',
      ].some(path => tree.look(path) !== undefined);
      return { volume, score: (hasRelease ? 2 : 0) + (tree.look('/etc/fstab') === undefined ? 0 : 1) };
    } catch (error) {
      if (error instanceof ImageFault) return { volume, score: 0 };
      throw error;
    }
  });
  const most = Math.max(...scored.map(({ score }) => score), 1);
  return scored.filter(({ score }) => score === most).map(({ volume }) => volume);
}

/** Gives the files of a guest as one tree: its root file system, and what its fstab mounts of the other volumes. */
export function guestOfRoot(root: OpenedVolume, { opened, faults }: OpenedVolumes): OpenGuest {
  const alone = new GuestTree(mountOf(root));
  const mounts = new Map<string, MountedFileSystem>();
  const parts = [partOf('/', root)];
  const remarks = [...remarksOf(root)];
  for (const { device, path, options } of mountsOf(alone)) {
    const volume = volumeNamed(opened, device);
    if (volume === undefined) {
      const broken = faults.map(each => `${each.volume}: ${each.fault.message}`).join('; ');
      remarks.push(
        `${path} is mounted from ${device}, which is not in this image${broken === '' ? '' : `, or cannot be read (${broken})`}`,
      );
      continue;
    }
    const mount = mountOf(volume, options);
    if (mount === undefined)
      remarks.push(`${path} is mounted from a subvolume that is not there: ${options.join(',')}`);
    else {
      mounts.set(path, mount);
      parts.push(partOf(path, volume));
      if (volume !== root) remarks.push(...remarksOf(volume));
    }
  }
  const system = systemPartition(alone, opened, parts);
  if (system !== undefined) {
    mounts.set(system.path, mountOf(system.volume));
    parts.push(partOf(system.path, system.volume));
  }
  return { tree: new GuestTree(mountOf(root), mounts), parts, remarks: [...new Set(remarks)] };
}

/**
 * Gives the EFI system partition that no fstab mounts, and where systemd then does (systemd-gpt-auto-generator(8)): /efi, else /boot, if that is an
 * empty folder. /boot/efi is where others have it.
 */
function systemPartition(
  tree: GuestTree,
  opened: readonly OpenedVolume[],
  parts: readonly GuestPart[],
): { readonly path: string; readonly volume: OpenedVolume } | undefined {
  const [volume, second] = opened.filter(
    one => one.system.type === 'vfat' && new GuestTree(mountOf(one)).look('/EFI')?.stat.kind === 'folder',
  );
  if (volume === undefined || second !== undefined || parts.some(part => part.volume === volume.name)) return undefined;
  const path = ['/efi', '/boot', '/boot/efi'].find(
    one =>
      !parts.some(part => part.path === one) && tree.look(one)?.stat.kind === 'folder' && tree.names(one).length === 0,
  );
  return path === undefined ? undefined : { path, volume };
}

/** Gives what a guest is called: PRETTY_NAME of its os-release. */
export function guestName(tree: GuestTree): string | undefined {
  const text = tree.text('/etc/os-release', longest) ?? tree.text('/usr/lib/os-release', longest);
  if (text !== undefined) {
    const fields = parseOsRelease(text);
    return fields.get('PRETTY_NAME') ?? fields.get('NAME');
  }
  return (tree.text('/etc/SuSE-release', longest) ?? tree.text('/etc/redhat-release', longest))?.split('\n', 1)[0];
}

/** What fstab mounts below the root, of file systems that hold files of the system, those above first. */
function mountsOf(tree: GuestTree): readonly { device: string; path: string; options: readonly string[] }[] {
  let text: string | undefined;
  try {
    text = tree.text('/etc/fstab', longest);
  } catch (error) {
    if (!(error instanceof PathFault)) throw error;
  }
  return parseFstab(text ?? '')
    .map(({ fields: [device = '', path = '', type = '', options = ''] }) => ({
      device,
      path: path.replace(/\/+$/, ''),
      type,
      options: options.split(','),
    }))
    .filter(
      ({ path, type, options }) =>
        path.startsWith('/') && /^(ext[234]|xfs|btrfs|vfat|msdos|auto)$/.test(type) && !options.includes('noauto'),
    )
    .sort((a, b) => a.path.length - b.path.length);
}

function mountOf(volume: OpenedVolume): MountedFileSystem;
function mountOf(volume: OpenedVolume, options: readonly string[]): MountedFileSystem | undefined;
function mountOf({ system, root: own }: OpenedVolume, options: readonly string[] = []): MountedFileSystem | undefined {
  const named = options.map(option => /^subvol(?:id)?=(.+)$/.exec(option)?.[1]).find(name => name !== undefined);
  if (named === undefined || system.subvolume === undefined) return { system, root: own };
  const root = system.subvolume(named);
  return root === undefined ? undefined : { system, root };
}

const partOf = (path: string, { name, source, system, label, uuid }: OpenedVolume): GuestPart => ({
  path,
  volume: name,
  type: system.type,
  label,
  uuid,
  size: source.size,
});

const remarksOf = ({ name, system }: OpenedVolume): readonly string[] =>
  system.remarks.map(remark => `${name}: ${remark}`);
