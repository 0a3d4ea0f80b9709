import { canonicalJson } from '#change/canonical-json';
import type { Change } from '#change/change';
import { type PartLike, partsOf } from '#plan/change-parts';

/**
 * Gives the one change that does what two changes of one kind, of the same thing, do; undefined where they want different states. Lists of
 * words and of parts are put together; all else has to be the same.
 */
export function mergeChanges(one: Change, other: Change): Change | undefined {
  if (one.kind !== other.kind || one.on !== other.on) return undefined;
  if (canonicalJson(one.after) === canonicalJson(other.after)) return one;
  const parts = mergeParts(one, other);
  if (parts !== undefined) return { ...one, ...parts };
  if (isWords(one.before) && isWords(one.after) && isWords(other.before) && isWords(other.after))
    return {
      ...one,
      before: [...new Set([...one.before, ...other.before])],
      after: [...new Set([...one.after, ...other.after])],
    };
  return undefined;
}

type States = Pick<Change, 'before' | 'after'>;

function mergeParts(one: Change, other: Change): States | undefined {
  const lists = [one.before, one.after, other.before, other.after].map(state => partsIn(state));
  const [oneBefore, oneAfter, otherBefore, otherAfter] = lists;
  if (oneBefore === undefined || oneAfter === undefined || otherBefore === undefined || otherAfter === undefined)
    return undefined;
  const there = new Map(oneAfter.map(({ path, content }) => [path, content]));
  if (otherAfter.some(({ path, content }) => there.has(path) && there.get(path) !== content)) return undefined;
  const isNew = ({ path }: PartLike): boolean => !there.has(path);
  return { before: [...oneBefore, ...otherBefore.filter(isNew)], after: [...oneAfter, ...otherAfter.filter(isNew)] };
}

const partsIn = (state: unknown): readonly PartLike[] | undefined => {
  const parts = partsOf(state);
  return Array.isArray(state) && state.length > 0 && parts.length === state.length ? parts : undefined;
};

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(word => typeof word === 'string');
