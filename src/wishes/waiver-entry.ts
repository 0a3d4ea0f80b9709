import type { Place } from '#model/known';
import { isGlob, matchesGlob } from '#units/glob';

/** A waiver with what its words mean among the rules there are. Where a list is empty, it is for all. */
export interface WaiverEntry {
  /** Rules, areas and patterns as written. */
  readonly words: readonly string[];
  /** The ids that they mean. */
  readonly rules: ReadonlySet<string>;
  readonly hosts: readonly string[];
  readonly guests: readonly string[];
  readonly subjects: readonly string[];
  readonly parts: readonly string[];
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it holds, an ISO date in UTC. */
  readonly until: string;
  readonly place: Place;
}

/** Whether a waiver holds no longer: its last day is over, in UTC, so that the same moment has one answer everywhere. */
export const isExpired = ({ until }: Pick<WaiverEntry, 'until'>, now: Date): boolean =>
  now.getTime() >= Date.parse(`${until}T00:00:00Z`) + 86_400_000;

/** Whether one of some patterns means one of the names of a thing; no pattern means all. Ids are told without case. */
export function isNamed(patterns: readonly string[], names: readonly (string | undefined)[]): boolean {
  return (
    patterns.length === 0 ||
    patterns.some(pattern =>
      names.some(
        name =>
          name !== undefined &&
          (name === pattern ||
            (isUuid(pattern) && name.toLowerCase() === pattern.toLowerCase()) ||
            (isGlob(pattern) && matchesGlob(pattern, name, { slash: 'is-like-any' }))),
      ),
    )
  );
}

const isUuid = (word: string): boolean => /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i.test(word);

/** What a waiver is called in reports: `guest-net/virtio-model for legacy*`. */
export function waiverName({ words, hosts, guests, subjects, parts }: WaiverEntry): string {
  const scope = [...hosts, ...guests, ...subjects, ...parts];
  return `${words.join(', ')}${scope.length === 0 ? '' : ` for ${scope.join(', ')}`}`;
}
