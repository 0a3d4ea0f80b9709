import type { Buffer } from 'node:buffer';
import type { FoundFile, GuestTree } from '#formats/guest-disk/guest-tree';

/**
 * Finds a file that a boot loader's menu names: from the root of its own file system, which is the guest's root or what stands at /boot, or
 * the EFI system partition; of Btrfs
 * behind the name of a subvolume; with a device in front in GRUB's way.
 */
export function bootFile(tree: GuestTree, named: string): FoundFile | undefined {
  const path = named.replace(/^\([^)]*\)/, '').replace(/^\$\{?\w+\}?/, '');
  const inBoot = path.indexOf('/boot/');
  const candidates = [
    path,
    ...['/boot', '/efi', '/boot/efi'].map(folder => `${folder}${path}`),
    ...(inBoot > 0 ? [path.slice(inBoot)] : []),
    ...(/^\/@[^/]*\//.test(path) ? [path.replace(/^\/@[^/]*/, '')] : []),
  ];
  for (const candidate of candidates) {
    const found = candidate.startsWith('/') ? tree.look(candidate) : undefined;
    if (found?.stat.kind === 'file') return found;
  }
  return undefined;
}

/** Gives the version that a kernel for x86 says of itself (linux: Documentation/arch/x86/boot.rst, kernel_version), else the one in its name. */
export function kernelVersion(tree: GuestTree, file: FoundFile): string | undefined {
  const inName = /\/(?:vmlinu[xz]|linux|kernel|bzImage|[iI]mage)-([^/]+?)(?:\.(?:gz|efi))?$/.exec(file.path)?.[1];
  if (inName !== undefined && /^\d+\.\d+/.test(inName)) return inName;
  const [head] = tree.pieces(file.path);
  return versionInHead(head) ?? /\/modules\/([^/]+)\/vmlinuz$/.exec(file.path)?.[1] ?? inName;
}

function versionInHead(head: Buffer | undefined): string | undefined {
  if (head === undefined || head.length < 0x210 || head.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined;
  const at = head.readUInt16LE(0x20e) + 0x200;
  if (at === 0x200 || at >= head.length) return undefined;
  return /^[0-9][\w.+~-]{2,100}/.exec(head.toString('latin1', at, at + 100))?.[0];
}
