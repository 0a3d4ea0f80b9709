import type { Change } from '#change/change';
import { kernelLine, setKernelCommandLine } from '#change/kinds/kernel-command-line';
import type { KernelParameter } from '#model/kernel';

/** The changes, and what a person must do where words stand in something that is not ours to edit. */
export interface WordChanges {
  readonly fix: readonly Change[];
  readonly otherwise?: string;
}

/** Writes a word as it stands on a command line. */
const printWord = ({ name, value }: KernelParameter): string => (value === undefined ? name : `${name}=${value}`);

const usual = 'GRUB_CMDLINE_LINUX_DEFAULT';

/** Where a word that is new goes: where the other words of the next boot stand. */
function placeForWords(words: readonly KernelParameter[]): string {
  const variables = words.map(({ variable }) => variable ?? usual).filter(isEditedPlace);
  return variables.includes(usual) ? usual : (variables[0] ?? usual);
}

/** Variables of GRUB, boot entries and /etc/kernel/cmdline; not what tuned adds by itself. */
export const isEditedPlace = (variable: string): boolean =>
  variable.startsWith('GRUB_CMDLINE_') || variable.startsWith('/');

/**
 * Takes the words that the boot loader will pass, and names; gives the changes that take all words of these names out, wherever they stand,
 * and put `wanted` in the place of the last of them; where there is none, into `place`, or with the other words.
 */
export function setBootWords(
  words: readonly KernelParameter[],
  names: ReadonlySet<string>,
  wanted: readonly string[],
  place?: string,
): WordChanges {
  const found = words.filter(({ name }) => names.has(name));
  const variables = [...new Set(found.map(({ variable }) => variable ?? usual))];
  const foreign = variables.filter(variable => !isEditedPlace(variable));
  const edited = variables.filter(isEditedPlace);
  const last = edited.at(-1) ?? (wanted.length > 0 ? (place ?? placeForWords(words)) : undefined);
  const places = edited.length > 0 ? edited : last === undefined ? [] : [last];
  const fix = places.map(variable =>
    setKernelCommandLine(
      variable,
      found.filter(word => (word.variable ?? usual) === variable).map(printWord),
      variable === last ? wanted : [],
    ),
  );
  if (foreign.length === 0) return { fix };
  const held = found.filter(({ variable = usual }) => foreign.includes(variable)).map(printWord);
  return {
    fix,
    otherwise: `Take ${held.join(' ')} out of [bootloader] cmdline in tuned’s profile, which adds it to the ${kernelLine}.`,
  };
}

/** Likewise for the options of Xen itself, which stand in variables of their own. */
export const setXenWords = (
  words: readonly KernelParameter[] | undefined,
  names: ReadonlySet<string>,
  wanted: readonly string[],
): WordChanges => setBootWords(words ?? [], names, wanted, 'GRUB_CMDLINE_XEN_DEFAULT');
