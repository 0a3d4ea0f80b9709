import { parseGrubEnvironment } from '#formats/conf/boot-entry';
import { grubEnvironmentFiles } from '#formats/conf/next-boot-entry';
import {
  type BootMenu,
  chosenEntry,
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
  /** Programs that hold a kernel with its initrd, which systemd-boot finds beside the entries. */
  readonly images: readonly string[];
}

const grubFiles = ['/boot/grub2/grub.cfg', '/boot/grub/grub.cfg', '/etc/grub2.cfg', '/etc/grub2-efi.cfg'];
const oldFiles = [
  '/boot/grub/menu.lst',
  '/boot/grub/grub.conf',
  '/etc/grub.conf',
  '/boot/extlinux.conf',
  '/boot/extlinux/extlinux.conf',
];
/** Where the EFI system partition, or the boot partition beside it, stands. */
const loaderPlaces = ['/boot', '/boot/efi', '/efi'];

const longest = 4 * 1024 * 1024;

/** Reads the boot menu of a guest: grub.cfg, entries of the Boot Loader Specification, GRUB's old menu, extlinux. */
export function readMenu(tree: GuestTree): ReadMenu {
  const environment = grubEnvironmentFiles.map(path => tree.text(path, longest)).find(text => text !== undefined);
  const grub = firstMenu(tree, [...grubFiles, ...vendorFiles(tree)], parseGrubMenu);
  const images = grub === undefined ? wholeImages(tree) : [];
  const specified = specifiedEntries(tree, parseGrubEnvironment(environment ?? ''));
  if (specified.length > 0) {
    const menu = { entries: [...specified, ...(grub?.entries ?? [])], chosen: grub?.chosen };
    const settings = grub === undefined ? loaderSettings(tree) : undefined;
    const next = settings === undefined ? nextEntry(menu, environment) : chosenEntry(specified, settings);
    return { entries: menu.entries, next, images };
  }
  const menu = grub ?? firstMenu(tree, oldFiles, parseOldMenu);
  return menu === undefined
    ? { entries: [], next: undefined, images }
    : { entries: menu.entries, next: nextEntry(menu, environment), images };
}

const wholeImages = (tree: GuestTree): readonly string[] =>
  loaderPlaces.flatMap(place =>
    tree
      .names(`${place}/EFI/Linux`)
      .filter(name => /\.efi$/i.test(name))
      .map(name => `${place}/EFI/Linux/${name}`),
  );

/** Where GRUB for EFI has its menu, or a line that leads to it: in the folder of the distribution. */
const vendorFiles = (tree: GuestTree): readonly string[] =>
  ['/boot/efi/EFI', '/efi/EFI', '/boot/EFI'].flatMap(folder =>
    tree.names(folder).map(vendor => `${folder}/${vendor}/grub.cfg`),
  );

/** loader.conf of systemd-boot; undefined where there is none. */
const loaderSettings = (tree: GuestTree): string | undefined =>
  loaderPlaces.map(place => tree.text(`${place}/loader/loader.conf`, longest)).find(text => text !== undefined);

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
  return loaderPlaces
    .map(place => `${place}/loader/entries`)
    .flatMap(folder =>
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
