import { fileStamp } from '#apply/file-stamp';
import { imageUse } from '#apply/image-use';
import { observeGuest } from '#apply/observe-guest';
import type { Target } from '#apply/target';
import { textOf } from '#apply/text-bytes';
import { Unreadable } from '#apply/unreadable';
import type { Change } from '#change/change';
import { kindOf } from '#change/kind-of';
import type { FileStamp, ImageUse, Look, Observed, ObservedUnit } from '#change/observed';

/** A machine as it was seen, and all that was looked at. */
export interface Observation extends Observed {
  readonly looks: readonly Look[];
}

/** How often a kind may name something new: a chain of files that name each other. */
const mostRounds = 32;

/** Looks at all that the changes ask for, and at what comes up while looking, each thing once. Rejects with Unreadable, and as libvirt does. */
export async function observe(target: Target, changes: readonly Change[]): Promise<Observation> {
  const seen = new Map<string, Seen>();
  const looks: Look[] = [];
  const observed: Observation = { looks, ...readerOf(seen) };
  for (let round = 0; round < mostRounds; round++) {
    const wanted = changes
      .flatMap(change => kindOf(change).looks(change, observed))
      .filter(look => !seen.has(keyOf(look)));
    if (wanted.length === 0) return observed;
    for (const look of wanted) {
      if (seen.has(keyOf(look))) continue;
      seen.set(keyOf(look), await see(target, look));
      looks.push(look);
    }
  }
  throw new TypeError(`looking never ends: ${changes.map(({ kind, on }) => `${kind} ${on}`).join(', ')}`);
}

type Seen =
  | { readonly text: string | undefined }
  | { readonly names: readonly string[] | undefined }
  | { readonly unit: ObservedUnit }
  | { readonly stamp: FileStamp | undefined }
  | { readonly use: ImageUse };

const keyOf = (look: Look): string => {
  switch (look.look) {
    case 'unit':
      return `unit ${look.name}`;
    case 'guest':
      return `guest ${look.half} ${look.guest}`;
    default:
      return `${look.look} ${look.path}`;
  }
};

async function see(target: Target, look: Look): Promise<Seen> {
  switch (look.look) {
    case 'file':
      return { text: readFile(target, look.path) };
    case 'folder': {
      const found = target.files.list(look.path);
      if (found.outcome === 'ok') return { names: found.value };
      if (found.outcome === 'absent') return { names: undefined };
      throw unreadable(look.path, found.reason);
    }
    case 'unit':
      return { unit: target.unit(look.name) };
    case 'guest':
      return { text: await observeGuest(target, look.guest, look.half) };
    case 'stamp':
      return { stamp: seeStamp(target, look.path) };
    case 'image-use':
      return { use: await imageUse(target, look.path) };
  }
}

/** What the kernel gives is read as text; a file that is written back must not lose a byte, whatever its encoding. */
function readFile({ files }: Target, path: string): string | undefined {
  if (/^\/(?:proc|sys)\//.test(path)) {
    const found = files.read(path);
    if (found.outcome === 'ok') return found.value;
    if (found.outcome === 'absent') return undefined;
    throw unreadable(path, found.reason);
  }
  try {
    const stored = files.load(path);
    return stored === undefined ? undefined : textOf(stored.bytes).text;
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw unreadable(path, String(error.code));
    throw error;
  }
}

function seeStamp({ isLive }: Target, path: string): FileStamp | undefined {
  if (!isLive) return undefined;
  try {
    return fileStamp(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw unreadable(path, String(error.code));
    throw error;
  }
}

const unreadable = (path: string, why: string): Unreadable =>
  new Unreadable(
    path,
    why === 'EACCES' || why === 'EPERM' ? 'no right to it' : why,
    'run it as root: sudo nearmetal …',
  );

function readerOf(seen: ReadonlyMap<string, Seen>): Observed {
  const found = (look: Look): Seen => {
    const one = seen.get(keyOf(look));
    if (one === undefined) throw new TypeError(`${keyOf(look)} was not looked at`);
    return one;
  };
  const textIn = (one: Seen): string | undefined => ('text' in one ? one.text : undefined);
  return {
    file: path => textIn(found({ look: 'file', path })),
    folder: path => {
      const one = found({ look: 'folder', path });
      return 'names' in one ? one.names : undefined;
    },
    unit: name => {
      const one = found({ look: 'unit', name });
      if (!('unit' in one)) throw new TypeError(`${name} is no unit`);
      return one.unit;
    },
    guest: (guest, half) => textIn(found({ look: 'guest', guest, half })),
    stamp: path => {
      const one = found({ look: 'stamp', path });
      return 'stamp' in one ? one.stamp : undefined;
    },
    imageUse: path => {
      const one = found({ look: 'image-use', path });
      if (!('use' in one)) throw new TypeError(`${path} is no image`);
      return one.use;
    },
  };
}
