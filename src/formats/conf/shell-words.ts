import type { ShellAssignment, ShellPart } from '#formats/conf/shell-assignment';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { evaluateShell } from '#formats/conf/shell-variables';
import {
  applyEdits,
  editWords,
  lineText,
  opaque,
  splitWords,
  type WordLine,
  type WordNames,
} from '#formats/conf/word-line';

/** A file that a shell sources. */
export interface ShellFile {
  readonly path: string;
  readonly text: string;
}

/** What a variable holds once all files were sourced in order; `isSet` false: none sets it; text undefined: only a shell could tell. Throws ShellSyntaxError. */
export function shellValue(
  files: readonly ShellFile[],
  variable: string,
): { readonly isSet: boolean; readonly text: string | undefined } {
  const parsed = files.map(({ path, text }) => ({ file: path, assignments: parseShellAssignments(text) }));
  const found = evaluateShell(parsed).get(variable);
  return { isSet: found !== undefined, text: found === undefined ? '' : found.text };
}

/** Ends a line of ours, so that it can go as a whole once it holds nothing. */
const mark = ' # nearmetal';

/**
 * Makes the words of a variable that are meant by `names` be `wanted`, in the file and line that decides; words stay where they stand. Where
 * nothing sets the variable, a line is added to the first file. Gives the files that change; undefined where it cannot be done without
 * a shell: what came out was read again and is not what was wanted, or a word is spread over two lines. Throws ShellSyntaxError.
 */
export function setShellWords(
  files: readonly ShellFile[],
  variable: string,
  names: WordNames,
  wanted: readonly string[],
): readonly ShellFile[] | undefined {
  const { isSet, text } = shellValue(files, variable);
  const [first] = files;
  if (text === undefined || first === undefined) return undefined;
  const { meant, others } = splitWords(text, names);
  const isDone = (after: readonly ShellFile[]): boolean => {
    const value = shellValue(after, variable).text;
    if (value === undefined) return false;
    const now = splitWords(value, names);
    return isEqual(now.meant, wanted) && isEqual(now.others, others);
  };
  if (!isSet) {
    if (wanted.length === 0) return [];
    const after = { ...first, text: withLine(first.text, `${variable}="${wanted.join(' ')}"${mark}`) };
    return isDone([after, ...files.slice(1)]) ? [after] : undefined;
  }
  const lines = linesThatCount(files, variable);
  // a word of which two lines hold a part each (`x=1` and `+=2`) would come back in one of them
  const byLine = lines.flatMap(({ line }) => splitWords(lineText(line), names).meant);
  if (!isEqual(byLine, meant)) return undefined;
  for (const { line: into } of lines) {
    const edits = editWords(
      lines.map(({ line }) => line),
      names,
      wanted,
      into,
    );
    const after = files.map(file => {
      const own = lines.filter(({ path }) => path === file.path).flatMap(({ line }) => edits.get(line) ?? []);
      return { ...file, text: withoutEmptyLine(applyEdits(file.text, own), variable) };
    });
    if (isDone(after)) return after.filter((file, at) => file.text !== files[at]?.text);
  }
  return undefined;
}

const isEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, at) => word === other[at]);

/** A text without a last newline stays so: taking the line out again gives the same bytes. */
const withLine = (text: string, line: string): string =>
  text === '' || text.endsWith('\n') ? `${text}${line}\n` : `${text}\n${line}`;

function withoutEmptyLine(text: string, variable: string): string {
  const line = `${variable}=""${mark}`;
  if (text.endsWith(`\n${line}`)) return text.slice(0, -line.length - 1);
  return text.startsWith(`${line}\n`) ? text.slice(line.length + 1) : text.replace(`\n${line}\n`, '\n');
}

interface CountingLine {
  readonly path: string;
  readonly line: WordLine;
}

/** The assignments whose text is in the value at the end, in order: the last one, and what it adds to or refers to of the same variable. */
function linesThatCount(files: readonly ShellFile[], variable: string): readonly CountingLine[] {
  const all = files.flatMap(({ path, text }) =>
    parseShellAssignments(text).flatMap(assignment => (assignment.name === variable ? [{ path, assignment }] : [])),
  );
  let from = all.length - 1;
  while (from > 0 && goesOn(all[from]?.assignment, variable)) from--;
  return all.slice(Math.max(0, from)).map(({ path, assignment }) => ({ path, line: lineOf(assignment) }));
}

const goesOn = (assignment: ShellAssignment | undefined, variable: string): boolean =>
  assignment?.operator === '+=' || (assignment?.parts ?? []).some(part => refersTo(part, variable));

const refersTo = (part: ShellPart, variable: string): boolean =>
  part.kind === 'variable'
    ? part.name === variable
    : part.kind === 'alternative' && (part.name === variable || part.parts.some(inner => refersTo(inner, variable)));

function lineOf({ parts, start, end }: ShellAssignment): WordLine {
  const cells = parts.flatMap(part => {
    const { quote } = part;
    if (part.kind !== 'text') return [{ character: opaque, start: part.start, end: part.end, quote }];
    const characters = part.text.split('');
    // an escaped character is written with its backslash
    const isEscaped = part.end - part.start > characters.length;
    return characters.map((character, at) => ({
      character,
      start: isEscaped ? part.start : part.start + at,
      end: isEscaped ? part.end : part.start + at + 1,
      quote,
    }));
  });
  const [first] = parts;
  return {
    cells,
    start,
    end,
    empty: first === undefined ? { at: start, quote: 'none' } : { at: first.start, quote: first.quote },
  };
}
