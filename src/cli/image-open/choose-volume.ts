import { usageError } from '#cli/request-error';
import type { Place } from '#formats/inside/place';

/** A place that holds a file system, and what is around it. */
export interface FilePlace {
  readonly place: Place;
  readonly around: Place | undefined;
}

/** Gives the places on disks that hold a file system. */
export const filePlaces = (disks: readonly Place[]): readonly FilePlace[] =>
  disks.flatMap(disk => placesIn(disk, undefined));

const placesIn = (place: Place, around: Place | undefined): readonly FilePlace[] => [
  ...(place.content?.usage === 'filesystem' ? [{ place, around }] : []),
  ...place.inside.flatMap(one => placesIn(one, place)),
];

/** Gives the one that is meant. Throws RequestError, saying what there is. */
export function chooseVolume(places: readonly FilePlace[], wanted: string | undefined, images: string): FilePlace {
  const [first, second] = places;
  const bare = wanted?.replace(/^\/dev\/(mapper\/)?/, '');
  const found = bare === undefined ? undefined : places.find(({ place }) => place.name === bare);
  if (found !== undefined) return found;
  if (wanted === undefined && first !== undefined && second === undefined) return first;
  const choice = places.map(
    ({ place: { name, content } }) =>
      `${name} (${content?.type}${content?.label === undefined ? '' : ` ${content.label}`})`,
  );
  if (wanted !== undefined)
    throw usageError(
      `${images}: there is no file system on ${wanted}`,
      choice.length === 0 ? undefined : `--partition takes ${choice.join(', ')}`,
    );
  throw usageError(
    `${images}: ${choice.length === 0 ? 'there is no file system that is known' : `${choice.length} file systems, and none that is known as the root of a Linux system`}`,
    choice.length === 0 ? 'nearmetal image inside IMAGE shows what there is' : `--partition takes ${choice.join(', ')}`,
  );
}
