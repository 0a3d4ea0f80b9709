import { parseGrubEnvironment } from '#formats/conf/boot-entry';
import { grubEnvironmentFiles } from '#formats/conf/next-boot-entry';
import {
  type BootMenu,
  type MenuEntry,
  nextEntry,
  parseGrubMenu,
  parseOldMenu,
  parseSpecifiedEntry,
} from '#formats/guest-boot/boot-menu';
import type { GuestTree } from '#formats/guest-disk/guest-tree';
import { compareNaturally } from '#units/natural-order';

/** A menu, and which of its entries is booted next. */
export interface ReadMenu {
  readonly entries: readonly MenuEntry[];
  readonly next: MenuEntry | undefined;
}

const grubFiles = ['/boot/grub2/grub.cfg', '/boot/grub/grub.cfg', '/etc/grub2.cfg', '/etc/grub2-efi.cfg'];
const oldFiles = [
  '/boot/grub/menu.lst',
  '/boot/grub/grub.conf',
  '/etc/grub.conf',
  '/boot/extlinux.conf',
  '/boot/extlinux/extlinux.conf',
];
const entryFolders = ['/boot/loader/entries', '/boot/efi/loader/entries', '/efi/loader/entries'];

const longest = 4 * 1024 * 1024;

/** Reads the boot menu of a guest: grub.cfg, entries of the Boot Loader Specification, GRUB's old menu, extlinux. */
export function readMenu(tree: GuestTree): ReadMenu {
  const environment = grubEnvironmentFiles.map(path => tree.text(path, longest)).find(text => text !== undefined);
  const grub = firstMenu(tree, grubFiles, parseGrubMenu);
  const specified = specifiedEntries(tree, parseGrubEnvironment(environment ?? ''));
  if (specified.length > 0) {
    const menu = { entries: [...specified, ...(grub?.entries ?? [])], chosen: grub?.chosen };
    return { entries: menu.entries, next: nextEntry(menu, environment) };
  }
  const menu = grub ?? firstMenu(tree, oldFiles, parseOldMenu);
  return menu === undefined
    ? { entries: [], next: undefined }
    : { entries: menu.entries, next: nextEntry(menu, environment) };
}

function firstMenu(
  tree: GuestTree,
  files: readonly string[],
  parse: (file: string, text: string) => BootMenu,
): BootMenu | undefined {
  for (const file of files) {
    const text = tree.text(file, longest);
    const menu = text === undefined ? undefined : parse(file, text);
    if (menu !== undefined && menu.entries.length > 0) return menu;
  }
  return undefined;
}

/** The newest first, as GRUB and systemd-boot show them. */
function specifiedEntries(tree: GuestTree, variables: ReadonlyMap<string, string>): readonly MenuEntry[] {
  return entryFolders.flatMap(folder =>
    tree
      .names(folder)
      .filter(name => name.endsWith('.conf'))
      .sort((a, b) => compareNaturally(b, a))
      .flatMap(
        (name, place) =>
          parseSpecifiedEntry(`${folder}/${name}`, tree.text(`${folder}/${name}`, longest) ?? '', place, variables) ??
          [],
      ),
  );
}
