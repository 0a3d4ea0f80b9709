import type { BootSetup, PlacedText } from '#change/boot/boot-setup';
import { blockWords, entryOptions, setBlockWords, setEntryWords, setPlainWords } from '#formats/conf/boot-entry-words';
import { isRescue } from '#formats/conf/next-boot-entry';
import { ShellSyntaxError } from '#formats/conf/shell-assignment';
import { setShellWords, shellValue } from '#formats/conf/shell-words';
import { splitWords, type WordNames } from '#formats/conf/word-line';

/** Words of the command line that are meant, and what they are to be. */
export interface WantedWords {
  readonly variable: string;
  readonly names: WordNames;
  /** Words that a change starts from: a file that was left in this state is brought on. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** GRUB's variable on RHEL 8, which its entries name in their options. */
const kernelOptions = 'kernelopts';

/** Gives the words that the next boot is given; undefined: only a shell could tell. */
export function bootWords(setup: BootSetup, variable: string, names: WordNames): readonly string[] | undefined {
  if (setup.entries === undefined) return grubWords(setup, variable, names);
  const { text } = setup.entries.next;
  const own = splitWords(entryOptions(text), names).meant;
  return namesBlock(text) ? [...own, ...blockOf(setup, names)] : own;
}

const namesBlock = (text: string): boolean => /\$\{?kernelopts\}?(?:\s|$)/.test(entryOptions(text));

const blockOf = ({ environment }: BootSetup, names: WordNames): readonly string[] =>
  environment === undefined ? [] : blockWords(environment.text, kernelOptions, names);

function grubWords({ shellFiles }: BootSetup, variable: string, names: WordNames): readonly string[] | undefined {
  try {
    const { text } = shellValue(shellFiles, variable);
    return text === undefined ? undefined : splitWords(text, names).meant;
  } catch (error) {
    if (error instanceof ShellSyntaxError) return undefined;
    throw error;
  }
}

/** Gives the files that change so that the next boot is given the words wanted, with their texts; undefined where that cannot be done by editing. */
export function editBootWords(setup: BootSetup, wanted: WantedWords): readonly PlacedText[] | undefined {
  if (setup.entries === undefined) return editGrub(setup, wanted.variable, wanted);
  const now = bootWords(setup, wanted.variable, wanted.names) ?? [];
  const entries = editEntries(setup, setup.entries, wanted, now);
  if (entries === undefined) return undefined;
  return [...entries, ...editTemplate(setup, wanted, now), ...editBeside(setup, wanted, now)];
}

function editGrub(
  { shellFiles }: BootSetup,
  variable: string,
  { names, after }: WantedWords,
): readonly PlacedText[] | undefined {
  try {
    return setShellWords(shellFiles, variable, names, after);
  } catch (error) {
    if (error instanceof ShellSyntaxError) return undefined;
    throw error;
  }
}

/** All entries but those for repairs, where they say what the next one says: one that differs was made so on purpose. */
function editEntries(
  setup: BootSetup,
  { all, next }: NonNullable<BootSetup['entries']>,
  { names, before, after }: WantedWords,
  now: readonly string[],
): readonly PlacedText[] | undefined {
  if (namesBlock(next.text)) {
    const { environment } = setup;
    const inBlock = blockOf(setup, names);
    // words on both sides of the variable have no order that could be kept
    if (environment === undefined || inBlock.length !== now.length) return undefined;
    const text = setBlockWords(environment.text, kernelOptions, names, after);
    return text === undefined ? undefined : changed(environment, text);
  }
  return all
    .filter(entry => entry.path === next.path || !isRescue(entry))
    .filter(({ text }) => [now, before].some(words => isEqual(words, splitWords(entryOptions(text), names).meant)))
    .flatMap(entry => changed(entry, setEntryWords(entry.text, names, after)));
}

/** What kernel-install writes into the entries of later kernels. */
function editTemplate(
  { template }: BootSetup,
  { names, before, after }: WantedWords,
  now: readonly string[],
): readonly PlacedText[] {
  if (template === undefined) return [];
  const words = splitWords(template.text, names).meant;
  return [now, before].some(known => isEqual(known, words))
    ? changed(template, setPlainWords(template.text, names, after))
    : [];
}

/** What grub2-mkconfig writes into entries when it is asked to (or always, before RHEL 9.3): GRUB_CMDLINE_LINUX, with which they should agree. */
function editBeside(setup: BootSetup, wanted: WantedWords, now: readonly string[]): readonly PlacedText[] {
  const variables = ['GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_DEFAULT'];
  const held = variables.map(variable => grubWords(setup, variable, wanted.names) ?? []);
  const words = held.flat();
  if (setup.shellFiles.length === 0 || ![now, wanted.before].some(known => isEqual(known, words))) return [];
  const holder = variables.find((_, at) => (held[at]?.length ?? 0) > 0) ?? 'GRUB_CMDLINE_LINUX';
  if (held.every(each => each.length > 0)) return [];
  return editGrub(setup, holder, wanted) ?? [];
}

const changed = ({ path, text: before }: PlacedText, text: string): readonly PlacedText[] =>
  text === before ? [] : [{ path, text }];

const isEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, at) => word === other[at]);
