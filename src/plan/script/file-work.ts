import { fileHunks } from '#plan/script/file-hunks';
import type { FileWork } from '#plan/script/plan-script';
import { secretMark } from '#units/secret';

/** What becomes of the text of a file; undefined: it is not there. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly mode: number | undefined;
}

/** Gives what is to be done with a file so that its text becomes another; why that cannot be said, where it cannot. */
export function fileWork({ path, before, after, mode = 0o644 }: FileChange): FileWork | string {
  const isSayable = (text: string): boolean => !text.includes(secretMark) && !/[\0\ufffd]/.test(text);
  if (before !== undefined && after !== undefined) {
    const hunks = fileHunks(before, after, isSayable);
    return hunks === undefined ? unsayable(path) : { way: 'edit', path, hunks };
  }
  const text = before ?? after ?? '';
  if (!isSayable(text)) return unsayable(path);
  return before === undefined
    ? { way: 'create', path, text, mode: `0${mode.toString(8)}` }
    : { way: 'remove', path, text };
}

const unsayable = (path: string): string =>
  `the lines of ${path} hold a secret, or what is no text: nearmetal apply makes it on the host`;
