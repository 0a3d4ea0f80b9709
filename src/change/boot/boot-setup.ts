import type { Look, Observed } from '#change/observed';
import { wasSeen } from '#change/was-seen';
import { parseBootEntry, parseGrubEnvironment } from '#formats/conf/boot-entry';
import { bootRoots, grubEnvironmentFiles, nextBootEntry, type PlacedEntry } from '#formats/conf/next-boot-entry';
import { distributionOf, parseOsRelease } from '#formats/conf/os-release';
import { ShellSyntaxError } from '#formats/conf/shell-assignment';
import { type ShellFile, shellValue } from '#formats/conf/shell-words';
import type { Distribution } from '#model/host';

/** A text and its file. */
export interface PlacedText {
  readonly path: string;
  readonly text: string;
}

/** What makes the command line of the next boot, as far as it was seen. */
export interface BootSetup {
  readonly distribution: Distribution | undefined;
  /** /etc/default/grub and its drop-ins, in the order in which grub-mkconfig sources them; none where GRUB is not set up by it. */
  readonly shellFiles: readonly ShellFile[];
  /** Entries of the Boot Loader Specification with the one that is next; undefined where none are used. */
  readonly entries:
    | { readonly all: readonly (PlacedText & PlacedEntry)[]; readonly next: PlacedText & PlacedEntry }
    | undefined;
  /** GRUB's environment block. */
  readonly environment: PlacedText | undefined;
  /** /etc/kernel/cmdline: what kernel-install writes into new entries. */
  readonly template: PlacedText | undefined;
  /** LOADER_TYPE of /etc/sysconfig/bootloader, SUSE's choice. */
  readonly loader: string | undefined;
}

const grub = '/etc/default/grub';
const dropIns = '/etc/default/grub.d';
const choice = '/etc/sysconfig/bootloader';
const template = '/etc/kernel/cmdline';
const release = '/etc/os-release';

const first: readonly Look[] = [
  { look: 'file', path: release },
  { look: 'file', path: grub },
  { look: 'folder', path: dropIns },
  { look: 'file', path: choice },
];

/** Files that are looked at where entries are used. */
const besideEntries: readonly Look[] = [
  ...bootRoots.flatMap((root): readonly Look[] => [
    { look: 'folder', path: `${root}/loader/entries` },
    { look: 'file', path: `${root}/loader/loader.conf` },
  ]),
  ...grubEnvironmentFiles.map((path): Look => ({ look: 'file', path })),
  { look: 'file', path: template },
];

/** What must be looked at, given what was seen so far; `isForXen`: entries play no part. */
export function bootLooks(seen: Observed, { isForXen }: { readonly isForXen: boolean }): readonly Look[] {
  if (!first.every(look => wasSeen(seen, look))) return first;
  const sourced = dropInsOf(seen).map((path): Look => ({ look: 'file', path }));
  if (!sourced.every(look => wasSeen(seen, look))) return [...first, ...sourced];
  if (isForXen || !usesEntries(seen)) return [...first, ...sourced];
  const files = besideEntries.every(look => wasSeen(seen, look))
    ? entryFiles(seen).map((path): Look => ({ look: 'file', path }))
    : [];
  return [...first, ...sourced, ...besideEntries, ...files];
}

const dropInsOf = (seen: Observed): readonly string[] =>
  (seen.folder(dropIns) ?? []).filter(name => name.endsWith('.cfg')).map(name => `${dropIns}/${name}`);

/** Of the folder that has entries, the first one. */
function entryFiles(seen: Observed): readonly string[] {
  for (const root of bootRoots) {
    const folder = `${root}/loader/entries`;
    const names = (seen.folder(folder) ?? []).filter(name => name.endsWith('.conf'));
    if (names.length > 0) return names.map(name => `${folder}/${name}`);
  }
  return [];
}

/** SUSE names its boot loader; Fedora and RHEL switch entries on in GRUB's own file; without that file only entries are left. */
function usesEntries(seen: Observed): boolean {
  const loader = loaderOf(seen);
  if (loader === 'systemd-boot' || loader === 'grub2-bls' || seen.file(grub) === undefined) return true;
  try {
    return shellValue(shellFilesOf(seen), 'GRUB_ENABLE_BLSCFG').text === 'true';
  } catch (error) {
    if (error instanceof ShellSyntaxError) return false;
    throw error;
  }
}

const loaderOf = (seen: Observed): string | undefined =>
  /^[ \t]*LOADER_TYPE=["']?([\w-]{1,32})/m.exec(seen.file(choice) ?? '')?.[1];

function shellFilesOf(seen: Observed): readonly ShellFile[] {
  const text = seen.file(grub);
  if (text === undefined) return [];
  return [{ path: grub, text }, ...dropInsOf(seen).map(path => ({ path, text: seen.file(path) ?? '' }))];
}

/** Puts together what was seen. */
export function bootSetup(seen: Observed, { isForXen }: { readonly isForXen: boolean }): BootSetup {
  const setup = {
    distribution: distributionOf(parseOsRelease(seen.file(release) ?? '')),
    shellFiles: shellFilesOf(seen),
    loader: loaderOf(seen),
  };
  if (isForXen || !usesEntries(seen))
    return { ...setup, entries: undefined, environment: undefined, template: undefined };
  const environment = grubEnvironmentFiles.map(path => placed(seen, path)).find(file => file !== undefined);
  const all = entryFiles(seen).map(path => {
    const text = seen.file(path) ?? '';
    return { path, text, entry: parseBootEntry((path.split('/').at(-1) ?? '').slice(0, -5), text) };
  });
  const root = bootRoots.find(each => all[0]?.path.startsWith(`${each}/loader/`) === true);
  const chosen = nextBootEntry(all, {
    saved: environment === undefined ? undefined : parseGrubEnvironment(environment.text).get('saved_entry'),
    loaderConf: root === undefined ? undefined : seen.file(`${root}/loader/loader.conf`),
  });
  const next = all.find(({ path }) => path === chosen?.path);
  return { ...setup, entries: next && { all, next }, environment, template: placed(seen, template) };
}

function placed(seen: Observed, path: string): PlacedText | undefined {
  const text = seen.file(path);
  return text === undefined ? undefined : { path, text };
}
