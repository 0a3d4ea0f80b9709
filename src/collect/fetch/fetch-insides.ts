import { fetchInside } from '#collect/fetch/fetch-inside';
import type { InsideGuests, InsideSource } from '#collect/inside/inside-guests';
import type { Answer, DomainAnswer } from '#collect/libvirt-answers';
import type { Connection } from '#libvirt/connection';
import { type Unknown, unknown } from '#model/known';

/** How guest agents are asked. */
export interface AskInsides {
  /** Makes a signal that ends the asking of one guest; called when its turn comes. */
  readonly deadline: () => AbortSignal;
  /** Names or UUIDs of the guests to ask; empty: all. */
  readonly only: readonly string[];
  /** Ends it all: guests whose turn has not come by then are not asked. */
  readonly signal: AbortSignal;
  /** Told after each guest: how many are done, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** As many guests at once as the daemon takes calls of one client at once; so that one that hangs holds up a quarter at most. */
const atOnce = 4;

const off = unknown(
  'it does not run, so that its guest agent cannot be asked',
  'start it, or --guest-facts GUEST=FILE',
);
const noChannel = unknown('it has no channel to a guest agent', 'nearmetal check --rule guest-devices/guest-agent');
const nobody = unknown(
  'no guest agent answers in its channel',
  'in the guest: install and start qemu-guest-agent; or --guest-facts GUEST=FILE',
);

/** Asks the agents of all guests that run and have one. Each guest has its own time; one that hangs costs only itself. */
export async function fetchInsides(
  connection: Pick<Connection, 'askAgent'>,
  domains: Answer<readonly DomainAnswer[]>,
  { deadline, only, signal, onProgress }: AskInsides,
): Promise<InsideGuests> {
  const guests = new Map<string, InsideSource | Unknown>();
  if (!('value' in domains)) return { guests };
  const queue: DomainAnswer[] = [];
  const isWanted = ({ name, uuid }: DomainAnswer): boolean =>
    only.length === 0 || only.some(word => word === name || word.toLowerCase() === uuid.toLowerCase());
  for (const domain of domains.value.filter(isWanted)) {
    const lack = lackOf(domain);
    if (lack === undefined) queue.push(domain);
    else guests.set(domain.uuid.toLowerCase(), lack);
  }
  let done = 0;
  const waiting = queue.values();
  const ask = async (): Promise<void> => {
    for (const { name, uuid } of waiting) {
      const source = signal.aborted
        ? unknown('there was no time left to ask its guest agent', `nearmetal check --guest-agent --guest ${name}`)
        : // libvirt finds the guest by its UUID
          await fetchInside(connection, { name, uuid, id: -1 }, AbortSignal.any([signal, deadline()]));
      guests.set(uuid.toLowerCase(), source);
      onProgress?.(++done, queue.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return { guests };
}

/** Why a guest is not worth asking; its live XML tells whether somebody is at the other end of the channel. */
function lackOf({ state, liveXml }: DomainAnswer): Unknown | undefined {
  if (!('value' in state)) return unknown(state.error, state.remedy);
  if (state.value !== 1 && state.value !== 2) return off;
  if (liveXml === undefined || !('value' in liveXml)) return undefined;
  const target = /<target\s[^>]*name=(["'])org\.qemu\.guest_agent\.0\1[^>]*>/.exec(liveXml.value)?.[0];
  if (target === undefined) return noChannel;
  return /state=["']disconnected["']/.test(target) ? nobody : undefined;
}
