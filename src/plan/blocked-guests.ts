import type { Guest } from '#model/guest';
import type { Machine } from '#model/machine';
import type { Blocked } from '#plan/plan';

/** A guest that no change of ours is made to. */
export interface BlockedGuest extends Blocked {
  /** What to do with a change that it would have had. */
  readonly instead: string;
}

/** Gives the guests that are left alone, by name: those that others own, that have no definition to change, or whose memory lies in a file. */
export function blockedGuests({ guests, extent }: Machine): ReadonlyMap<string, BlockedGuest> {
  const all = guests.state === 'known' ? guests.value : [];
  const blocked = new Map<string, BlockedGuest>();
  for (const guest of all) {
    const on = `guest ${guest.name}`;
    const why = whyBlocked(guest, all, extent === 'host');
    if (why !== undefined) blocked.set(guest.name, { on, ...why });
  }
  return blocked;
}

function whyBlocked(
  { name, managedBy, isPersistent, hasManagedSave }: Guest,
  all: readonly Guest[],
  isOnHost: boolean,
): Omit<BlockedGuest, 'on'> | undefined {
  if (managedBy.state === 'known') {
    const owner = managedBy.value;
    return {
      why: `${owner} owns it and would overwrite what is changed here`,
      doThis: `Change it in ${owner}.`,
      instead: `Change it in ${owner}`,
    };
  }
  if (all.filter(other => other.name === name).length > 1)
    return {
      why: 'several definitions have this name',
      doThis: 'Give each a name of its own, or look at one at a time.',
      instead: 'Change each by itself',
    };
  // what only a daemon can tell says nothing of a document
  if (!isOnHost) return undefined;
  if (isPersistent.state === 'known' && !isPersistent.value)
    return {
      why: 'it is transient: it has no stored definition, and is gone when it stops',
      doThis: `Change what starts it; or keep its definition: virsh dumpxml ${name} --migratable > ${name}.xml; virsh define ${name}.xml.`,
      instead: 'Change it where it is started from',
    };
  if (hasManagedSave.state === 'known' && hasManagedSave.value)
    return {
      why: 'its memory is saved in a file, and it goes on with the definition in there',
      doThis: `Start it and shut it down: virsh start ${name}; virsh shutdown ${name}; then plan again. (virsh managedsave-remove ${name} instead throws away what it was doing.)`,
      instead: 'Once it is shut down, plan again',
    };
  return undefined;
}

/** The guest that a change is made to; undefined: it is the host's. */
export const guestOfChange = ({ kind, on }: { readonly kind: string; readonly on: string }): string | undefined =>
  kind === 'domain-xml' || kind === 'domain-live' ? on : undefined;
