import type { Change } from '#change/change';
import type { ChangeKind } from '#change/change-kind';
import type { GuestHalf, Look, Observed, ObservedUnit } from '#change/observed';
import { type Known, type Unknown, unknown } from '#model/known';

/**
 * What may be looked at while a plan is made: the machine, or what a bundle holds of it. Secrets are masked before anything comes from
 * here, so that none gets into a plan. Absent: looked, and it is not there. Unknown: not captured, or no right to read it.
 */
export interface Sight {
  file(path: string): Known<string>;
  folder(path: string): Known<readonly string[]>;
  unit(name: string): Known<ObservedUnit>;
  guest(name: string, half: GuestHalf): Known<string>;
  /** What a diff calls the definition of a guest: the file that was given, else `NAME.xml`. */
  nameOf(guest: string): string;
}

/** How often a kind may name something new to look at. */
const mostRounds = 32;

/** Looks at all that a change asks for; gives what was seen, or why something could not be. */
export function lookAt(kind: ChangeKind, change: Change, sight: Sight): Observed | Unknown {
  const seen = new Map<string, Seen>();
  const observed = observedOf(seen);
  for (let round = 0; round < mostRounds; round++) {
    const fresh = kind.looks(change, observed).filter(look => !seen.has(keyOf(look)));
    if (fresh.length === 0) return observed;
    for (const look of fresh) {
      const fact = see(sight, look);
      if (fact.state === 'unknown') return { ...fact, reason: reasonOf(look, fact.reason) };
      seen.set(keyOf(look), fact.state === 'known' ? fact.value : undefined);
    }
  }
  throw new TypeError(`${change.kind} on ${change.on}: looking never ends`);
}

/** A reason may name what it is about. */
const reasonOf = (look: Look, reason: string): string =>
  reason.includes(whatOf(look)) ? reason : `${whatOf(look)} was not read: ${reason}`;

type Seen = string | readonly string[] | ObservedUnit | undefined;

const keyOf = (look: Look): string => JSON.stringify(look);

function see(sight: Sight, look: Look): Known<Seen> {
  switch (look.look) {
    case 'file':
      return sight.file(look.path);
    case 'folder':
      return sight.folder(look.path);
    case 'unit':
      return sight.unit(look.name);
    case 'guest':
      return sight.guest(look.guest, look.half);
    case 'stamp':
    case 'image-use':
      return unknown('it is looked at when the change is made', 'nearmetal apply');
  }
}

function whatOf(look: Look): string {
  switch (look.look) {
    case 'unit':
      return `the state of ${look.name}`;
    case 'guest':
      return `the ${look.half} definition of ${look.guest}`;
    default:
      return look.path;
  }
}

/** What was looked at, and nothing else. */
function observedOf(seen: ReadonlyMap<string, Seen>): Observed {
  const value = (look: Look): Seen => {
    const key = keyOf(look);
    if (!seen.has(key)) throw new TypeError(`${whatOf(look)} was not looked at`);
    return seen.get(key);
  };
  const textOf = (found: Seen): string | undefined => (typeof found === 'string' ? found : undefined);
  return {
    file: path => textOf(value({ look: 'file', path })),
    folder: path => {
      const found = value({ look: 'folder', path });
      return Array.isArray(found) ? found.filter(name => typeof name === 'string') : undefined;
    },
    unit: name => {
      const found = value({ look: 'unit', name });
      return typeof found === 'object' && 'isMasked' in found ? found : notInstalled;
    },
    guest: (guest, half) => textOf(value({ look: 'guest', guest, half })),
    stamp: path => {
      throw new TypeError(`${path} was not looked at`);
    },
    imageUse: path => {
      throw new TypeError(`${path} was not looked at`);
    },
  };
}

const notInstalled: ObservedUnit = { isInstalled: false, isMasked: false, isEnabled: false, isActive: false };
