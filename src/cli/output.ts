import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ColourChoice, wantsColour } from '#cli/colour';
import { outputError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { type Style, terminalStyle } from '#report/human/style';

/** Where results go: a file with `-o`, else standard output. */
export interface Output {
  /** How to dress text for it. */
  readonly style: Style;
  /** How wide a picture may be: the terminal, else what COLUMNS says, else 100. Text keeps to the width of the style. */
  readonly columns: number;
  /** Writes a result, whole. */
  readonly write: (text: string) => Promise<void>;
}

/**
 * Takes `-o` (`-`: standard output) and `--color`; gives where results go. Only a terminal is coloured unless told otherwise. A file
 * that cannot be written is told now, before the work is done.
 */
export function openOutput(file: string | undefined, colour: ColourChoice): Output {
  const isFile = file !== undefined && file !== '-';
  const isTerminal = !isFile && process.stdout.isTTY === true;
  const style = terminalStyle(
    wantsColour(colour, process.env, isTerminal),
    isTerminal ? process.stdout.columns : undefined,
  );
  const told = Number(process.env['COLUMNS']);
  const columns =
    (isTerminal ? process.stdout.columns : undefined) ?? (Number.isInteger(told) && told >= 40 ? told : 100);
  if (!isFile) return { style, columns, write: writeOut };
  refuseUnwritable(file);
  return {
    style,
    columns,
    write: async text => {
      try {
        writeWhole(file, text);
      } catch (error) {
        throw cannotWrite(file, error);
      }
    },
  };
}

/**
 * Writes a file so that who reads it sees the old or the new one, never half of it (the textfile collector of the node exporter reads
 * at any time): beside it under another name, then renamed. What is no regular file is written to, as is a file in a folder in which
 * none can be made. A link stays one, and a file keeps its rights.
 */
function writeWhole(file: string, text: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeFileSync(file, text);
    return;
  }
  const target = there === undefined ? file : realpathSync(file);
  // not to end like the file: who takes all files that do must not take this one
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  let descriptor: number;
  try {
    descriptor = openSync(draft, 'wx');
  } catch (error) {
    if (there === undefined) throw error;
    writeFileSync(target, text);
    return;
  }
  try {
    writeFileSync(descriptor, text);
    if (there !== undefined) keepRights(descriptor, there);
    fsyncSync(descriptor);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a new file the rights of the old one, and its owner where one may. */
function keepRights(descriptor: number, { uid, gid, mode }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // only root may give a file away
  }
  fchmodSync(descriptor, mode & 0o7777);
}

/** Throws where a file can neither be made nor be written over. */
export function refuseUnwritable(file: string): void {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) throw Object.assign(new Error(file), { code: 'EISDIR' });
    accessSync(there === undefined ? dirname(file) : file, constants.W_OK);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Why a result cannot be written. */
export function cannotWrite(file: string, error: unknown): Error {
  const isFolderMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return outputError(
    `cannot write ${file === '' ? 'a file without a name' : file}: ${isFolderMissing ? `there is no folder ${dirname(file)}` : systemWords(error)}`,
  );
}

/** Writes to standard output and waits until it is taken: a pipe may be slower than we are. A reader that has gone has seen enough. */
export const writeOut = (content: string | Uint8Array): Promise<void> =>
  new Promise((done, failed) => {
    process.stdout.write(content, error => {
      if (error === null || error === undefined || ('code' in error && error.code === 'EPIPE')) done();
      else failed(cannotWrite('standard output', error));
    });
  });

/** Prints plain JSON, indented. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
