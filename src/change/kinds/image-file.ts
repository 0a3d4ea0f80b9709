import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { isMaking, isPath, type Making } from '#change/image/making';
import { makingCalls } from '#change/image/making-calls';
import type { FileStamp, Look, Observed } from '#change/observed';
import type { Step } from '#change/step';

/** A file that holds a disk image. Undefined: there is none. */
export interface ImageFileState {
  /** What it is, for people: `vmdk, 10 GiB`. */
  readonly is: string;
  /** Of one that was there: by what it is told from any other, and from itself once somebody has written to it. */
  readonly stamp?: FileStamp;
  /** Of one that we make. */
  readonly made?: MadeImage;
}

/** How we make an image, and by what it is known again. */
export interface MadeImage {
  readonly how: Making;
  /** The time of writing that it gets, in nanoseconds since 1970: a guest that writes to it gives it another. */
  readonly modified: string;
  /** The name that the file gets which it replaces. */
  readonly kept?: string;
  /** Room that it may take, in bytes. */
  readonly bytes: number;
  /** Images that it is made of or lies over, beside the one that it replaces: nobody may write to them meanwhile. */
  readonly reads?: readonly string[];
  /** Overlays that go with it: those that may lie above it while it is replaced. */
  readonly above?: readonly string[];
  /** Whether what overlays see of it stays the same, so that they may be there. */
  readonly isSame?: boolean;
}

export type ImageFileChange = Change<'image-file', ImageFileState | undefined>;

/** Makes an image file, or puts one that is made of it into the place of another, which is kept beside it. */
export const changeImageFile = (
  path: string,
  before: ImageFileState | undefined,
  after: ImageFileState & { readonly made: MadeImage },
): ImageFileChange => ({
  kind: 'image-file',
  on: path,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'at-once',
});

/** The old image that a change keeps beside the new one, and by what it is known; undefined: it keeps none. */
export function keptBy({
  kind,
  before,
  after,
}: Change): { readonly path: string; readonly stamp: FileStamp } | undefined {
  if (kind !== 'image-file' || !isState(before) || !isState(after)) return undefined;
  const path = after?.made?.kept;
  const stamp = before?.stamp;
  return path === undefined || stamp === undefined ? undefined : { path, stamp };
}

/** The file that is written before it is put into its place. */
export const draftOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash)}/.${path.slice(slash + 1)}.nearmetal`;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value.length < 65_536;

const isDigits = (value: unknown): boolean => typeof value === 'string' && /^\d{1,24}$/.test(value);

const isStamp = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'inode' in value &&
  isDigits(value.inode) &&
  'size' in value &&
  Number.isSafeInteger(value.size) &&
  'modified' in value &&
  isDigits(value.modified);

const isMade = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'how' in value &&
  isMaking(value.how) &&
  'modified' in value &&
  isDigits(value.modified) &&
  'bytes' in value &&
  Number.isSafeInteger(value.bytes) &&
  (!('kept' in value) || value.kept === undefined || isPath(value.kept)) &&
  (!('reads' in value) || value.reads === undefined || (Array.isArray(value.reads) && value.reads.every(isPath))) &&
  (!('above' in value) || value.above === undefined || (Array.isArray(value.above) && value.above.every(isPath)));

const isState = (value: unknown): value is ImageFileState | undefined =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    'is' in value &&
    isText(value.is) &&
    (!('stamp' in value) || value.stamp === undefined || isStamp(value.stamp)) &&
    (!('made' in value) || value.made === undefined || isMade(value.made)));

/** `image-file`: a disk image that is made, or replaced as a whole. At every instant its name leads to the old file or to the new one. */
export const imageFileKind = defineKind<'image-file', ImageFileState | undefined>({
  kind: 'image-file',
  isState,
  faultOf: on => (isPath(on) ? undefined : `“${on}” is no absolute path of a file`),
  knobs: ({ on, after }) => [{ knob: `image ${on}`, to: after?.made?.modified ?? after?.stamp?.modified }],
  looks: change => [
    { look: 'stamp', path: change.on },
    { look: 'image-use', path: change.on },
    ...[...inputsOf(change)].map((path): Look => ({ look: 'image-use', path })),
    ...(partsOf(change).made.kept === undefined
      ? []
      : [{ look: 'stamp', path: partsOf(change).made.kept ?? '' } as const]),
  ],
  state,
  obstacle,
  steps,
});

interface Parts {
  /** Whether the image that we make is what is wanted. */
  readonly isForward: boolean;
  readonly ours: ImageFileState;
  readonly made: MadeImage;
  readonly other: ImageFileState | undefined;
}

/** A change has one side that we make, and one that was there. */
function partsOf({ before, after }: Pick<ImageFileChange, 'before' | 'after'>): Parts {
  if (after?.made !== undefined) return { isForward: true, ours: after, made: after.made, other: before };
  if (before?.made !== undefined) return { isForward: false, ours: before, made: before.made, other: after };
  throw new TypeError('an image that nobody makes');
}

/** Images that are read while it is made. */
function inputsOf(change: ImageFileChange): ReadonlySet<string> {
  const { made, isForward } = partsOf(change);
  const { how, reads = [] } = made;
  const all = how.by === 'convert' ? [how.from] : how.by === 'commit' ? [how.overlay] : [];
  return new Set(isForward ? [...all, ...reads].filter(path => path !== change.on) : []);
}

function state(change: ImageFileChange, seen: Observed): ImageFileState | undefined {
  const { isForward, ours, made, other } = partsOf(change);
  const now = seen.stamp(change.on);
  if (now === undefined ? other === undefined : isSameStamp(now, other?.stamp)) return other;
  const isKept = made.kept === undefined || isSameStamp(seen.stamp(made.kept), other?.stamp);
  const isUnwritten = now?.modified === made.modified;
  // a guest that works with what we made does no harm to it; taking it back would lose what was written
  if (now !== undefined && (isUnwritten || (isForward && isKept))) return ours;
  if (now === undefined) return { is: 'nothing' };
  return { is: isKept ? `${ours.is}, written to since it was made` : 'another file than was seen', stamp: now };
}

const isSameStamp = (one: FileStamp | undefined, other: FileStamp | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.inode === other.inode &&
  one.size === other.size &&
  one.modified === other.modified;

function obstacle(change: ImageFileChange, seen: Observed): string | undefined {
  const { isForward, made, other } = partsOf(change);
  const now = state(change, seen);
  // made already: that a guest runs on it, or a layer lies above it, is as it should be
  if (isForward && now !== undefined && now.made !== undefined) return undefined;
  const { users, overlays } = seen.imageUse(change.on);
  if (users.length > 0) return `${change.on} is in use: ${users.join(', ')}.`;
  for (const path of inputsOf(change)) {
    const { writers } = seen.imageUse(path);
    if (writers.length > 0) return `${path} is in use: ${writers.join(', ')}.`;
  }
  const strange = overlays.filter(path => !(made.above ?? []).includes(path));
  if (strange.length > 0 && made.isSame !== true)
    return `${change.on} is the backing file of ${strange.join(', ')}, which would read something else.`;
  if (
    !isForward &&
    now?.made !== undefined &&
    made.kept !== undefined &&
    !isSameStamp(seen.stamp(made.kept), other?.stamp)
  )
    return `${made.kept}, which was there before, is gone or was written to.`;
  return undefined;
}

function steps(change: ImageFileChange, seen: Observed): readonly Step[] {
  const { isForward, made, other } = partsOf(change);
  const { on: path } = change;
  const now = seen.stamp(path);
  const { kept } = made;
  const isOther = now === undefined ? other === undefined : isSameStamp(now, other?.stamp);
  // a file system without hard links has an instant without the name
  const back: readonly Step[] =
    now === undefined && kept !== undefined && seen.stamp(kept) !== undefined
      ? [{ do: 'place-file', path, from: kept, keep: undefined, isNew: true }]
      : [];
  if (!isForward) {
    if (isOther) return kept === undefined ? [] : secondNameAway(kept, now, seen);
    if (back.length > 0) return back;
    // what was written to it since is nobody's to throw away
    const keep = now === undefined || now.modified === made.modified ? undefined : `${path}.after-${dateOf(made)}`;
    return [{ do: 'place-file', path, from: kept, keep, isNew: false, ...(now !== undefined && { was: now }) }];
  }
  if (now !== undefined && now.modified === made.modified) return [];
  const draft = draftOf(path);
  return [
    ...back,
    {
      do: 'build-file',
      path: draft,
      like: other === undefined ? undefined : path,
      modified: made.modified,
      bytes: made.bytes,
      programs: makingCalls(made.how, path, draft),
    },
    {
      do: 'place-file',
      path,
      from: draft,
      keep: kept,
      isNew: kept === undefined,
      ...(other?.stamp !== undefined && { was: other.stamp }),
    },
  ];
}

/** A run that was broken off may have given what is there the name under which it would have been kept. */
function secondNameAway(kept: string, now: FileStamp | undefined, seen: Observed): readonly Step[] {
  if (now === undefined || !isSameStamp(seen.stamp(kept), now)) return [];
  return [{ do: 'place-file', path: kept, from: undefined, keep: undefined, isNew: false }];
}

/** `20261123T034500Z`, as in the name of what is kept. */
const dateOf = ({ modified }: MadeImage): string =>
  new Date(Number(BigInt(modified) / 1_000_000n)).toISOString().replaceAll(/[-:]|\.\d+/g, '');
