import { setTimeout as sleep } from 'node:timers/promises';
import { isInForce } from '#apply/is-in-force';
import { guestsOf } from '#apply/life-of';
import type { Progressed } from '#apply/make-changes';
import { observe } from '#apply/observe';
import type { RunContext } from '#apply/run-context';
import { readRun } from '#apply/run-story';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { Connection } from '#libvirt/connection';

/** How long a guest may take to shut down. It is never switched off. */
const patienceMs = 180_000;
const lookEveryMs = 500;

/**
 * Shuts down those of the named guests that something waits for, makes (`go`) what could be made only then, and starts them again. A guest that does not
 * shut down in three minutes stays as it is, and what waits for it goes on waiting. Rejects as libvirt does.
 */
export async function restartGuests(
  context: RunContext,
  run: string,
  names: readonly string[],
  go: () => Promise<Progressed>,
): Promise<Progressed> {
  const { target, journal, ledger, abort } = context;
  const { libvirt } = target;
  if (libvirt === undefined) return 'through';
  const waiting = new Set<string>();
  for (const story of readRun(ledger, run)?.changes ?? []) {
    const isWaiting = story.state === 'pending' || (story.state === 'held' && !(await isInForce(target, story)));
    if (!isWaiting || story.planned.change.takesEffect === 'host-reboot') continue;
    for (const guest of guestsOf(story.planned.change, await observe(target, [story.planned.change])))
      waiting.add(guest);
  }
  const off: Domain[] = [];
  for (const name of names.filter(one => waiting.has(one))) {
    if (abort.aborted) break;
    const domain = await libvirt.domainByName(name);
    if (!(await libvirt.isActive(domain))) continue;
    journal.append({ record: 'guest-stopping', guest: name });
    await libvirt.shutdownDomain(domain);
    if (await isOffSoon(libvirt, domain, abort)) off.push(domain);
  }
  const came = await go();
  for (const domain of off) await startAgain(context, libvirt, domain);
  return came;
}

/** Starts a guest that was shut down, unless somebody else did. */
async function startAgain({ journal }: RunContext, libvirt: Connection, domain: Domain): Promise<void> {
  if (!(await libvirt.isActive(domain))) await libvirt.startDomain(domain);
  journal.append({ record: 'guest-started', guest: domain.name });
}

async function isOffSoon(libvirt: Connection, domain: Domain, abort: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs && !abort.aborted; waitedMs += lookEveryMs) {
    if (!(await libvirt.isActive(domain))) return true;
    await sleep(lookEveryMs);
  }
  return !(await libvirt.isActive(domain));
}
