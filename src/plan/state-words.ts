import type { Change } from '#change/change';
import { type PartLike, partsOf } from '#plan/change-parts';

/** Gives a state of a change in words: `10`, `quiet splash`, `run 1, merge across nodes 0`. */
export function stateWords(value: unknown): string {
  if (value === undefined || value === '') return 'nothing';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return 'nothing';
    const parts = partsOf(value);
    return parts.length === value.length ? parts.map(partWords).join('; ') : value.map(stateWords).join(' ');
  }
  if (typeof value !== 'object' || value === null) return 'nothing';
  if ('is' in value && typeof value.is === 'string') return value.is;
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => memberWords(name, part))
    .join(', ');
}

const partWords = ({ path, content }: PartLike): string => `${path} ${content ?? 'nothing'}`;

/** `isActive: false` reads “not active”. */
function memberWords(name: string, part: unknown): string {
  const words = name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
  if (typeof part === 'boolean') return `${part ? '' : 'not '}${words.replace(/^(?:is|has) /, '')}`;
  return `${words} ${stateWords(part)}`;
}

/** Gives what a change does, a line for each thing: `vm.swappiness: 60 → 10`, `cpu/@mode: custom → host-model`. */
export function changeLines(change: Change): readonly string[] {
  const after = partsOf(change.after);
  if (after.length === 0) return [`${change.on}: ${stateWords(change.before)} → ${stateWords(change.after)}`];
  const before = new Map(partsOf(change.before).map(({ path, content }) => [path, content]));
  return after.map(({ path, content }) => {
    const was = before.get(path);
    if (content === undefined) return was === undefined ? `remove ${path}` : `remove ${path}: ${was}`;
    return was === undefined ? `add ${path}: ${content}` : `${path}: ${was} → ${content}`;
  });
}
