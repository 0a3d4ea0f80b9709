import type { Subject } from '#check/outcome';
import type { SubjectKind } from '#check/views';
import { foldNames } from '#report/picture/fold-names';
import { clipped } from '#report/printable';

/** Names longer than this are cut where people read them. */
const mostOfName = 120;

/** The host by name, a guest by name, a device by guest and name: `web03 vda`. */
export const subjectName = ({ guest, name }: Pick<Subject, 'guest' | 'name'>): string =>
  clipped(guest === undefined ? name : `${guest} ${name}`, mostOfName);

/** Several subjects of a kind by number and the first names: `3 guests (web01, web02, web03)`. */
export function subjectsWords(kind: SubjectKind, names: readonly string[]): string {
  return `${names.length} ${kindWords(kind, names.length)} (${foldNames(names, 6)})`;
}

/** What a kind of subject is called, one or several. */
export const kindWords = (kind: SubjectKind, count = 1): string =>
  `${kind === 'nic' ? 'network interface' : kind}${count === 1 ? '' : 's'}`;
