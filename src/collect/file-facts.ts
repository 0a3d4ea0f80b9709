import type { Sources } from '#collect/sources';
import { maskFile } from '#formats/secrets/mask-file';
import { maskOutput } from '#formats/secrets/mask-output';
import { absent, type Evidence, type Known, known, unknown } from '#model/known';
import type { FileResult } from '#transport/file-tree';

/** Longest text that evidence quotes. */
const longest = 400;

/** Makes the evidence of a text read from a path or a command. */
export const readFrom = (from: string, text: string): Evidence => {
  const value = text.trim();
  return { from, value: value.length > longest ? `${value.slice(0, longest)} …` : value };
};

/** Gives the text of a file as a fact, with secrets masked: absent where there is none, unknown where it may not be read or was not captured. */
export function fileText(sources: Sources, path: string): Known<string> {
  const result = sources.files.read(path);
  return resultFact(result.outcome === 'ok' ? { ...result, value: maskFile(path, result.value) } : result, path);
}

/** Gives the names in a folder as a fact. */
export function folderNames(sources: Sources, path: string): Known<readonly string[]> {
  const result = sources.files.list(path);
  return result.outcome === 'ok'
    ? known(result.value, { from: path, value: result.value.join(' ') })
    : lackOf(result, path);
}

/** Gives the standard output of a read-only command as a fact, with secrets masked. */
export const commandText = (sources: Sources, argv: readonly string[]): Known<string> => {
  const result = sources.commands.output(argv);
  if (result.outcome === 'not-captured') return unknown(result.reason, argv.join(' '));
  return resultFact(result.outcome === 'ok' ? { ...result, value: maskOutput(result.value) } : result, argv.join(' '));
};

/** Gives what a parser makes of a file's text; a text that it refuses (undefined) is unknown, never a default. */
export function fileFact<T>(sources: Sources, path: string, parse: (text: string) => T | undefined): Known<T> {
  const text = fileText(sources, path);
  if (text.state !== 'known') return text;
  const value = parse(text.value);
  return value === undefined
    ? unknown(`${path} reads ${quote(text.value)}, which was not understood`)
    : known(value, readFrom(path, text.value));
}

/** Gives a text of a file where it can be had, else undefined: for the many small files of one device, of which any may be missing. */
export const textIfThere = (sources: Sources, path: string): string | undefined => {
  const result = sources.files.read(path);
  return result.outcome === 'ok' ? maskFile(path, result.value).trim() : undefined;
};

function resultFact(result: FileResult<string>, from: string): Known<string> {
  return result.outcome === 'ok' ? known(result.value, readFrom(from, result.value)) : lackOf(result, from);
}

/** Gives the fact of a path that gave nothing. */
export function lackOf(result: Exclude<FileResult<unknown>, { readonly outcome: 'ok' }>, path: string): Known<never> {
  switch (result.outcome) {
    case 'absent':
      return absent({ from: path, value: 'not there' });
    case 'denied':
      return unknown(`no right to read ${path}: ${result.reason}`, 'run as root');
    case 'not-captured':
      return unknown(result.reason);
  }
}

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text.trim());
