import type { Change } from '#change/change';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import { guestOfChange } from '#plan/blocked-guests';

/** Gives what else is to be known before a plan is applied, in sentences. */
export function planNotes(changes: readonly Change[], machine: Machine): readonly string[] {
  const guests = valueIfKnown(machine.guests) ?? [];
  const changed = new Set(changes.flatMap(change => guestOfChange(change) ?? []));
  const isOfHost = changes.some(change => guestOfChange(change) === undefined);
  const production = guests
    .filter(({ declaredIntents }) => (valueIfKnown(declaredIntents) ?? []).includes('production'))
    .map(({ name }) => name)
    .filter(name => isOfHost || changed.has(name))
    .sort();
  const notes: string[] = [];
  if (changes.length === 0) return notes;
  if (production.length > 0)
    notes.push(
      `${production.join(', ')} ${production.length === 1 ? 'is' : 'are'} in production: make the same change to one guest of that kind first, and watch steal, iowait and latency before and after (libvirt-hygiene/test-before-production).`,
    );
  if (machine.extent === 'documents')
    notes.push(
      'Only files of XML were given, and nearmetal apply changes machines: patch the files (nearmetal plan FILE --format diff), or plan on the host on which the guest is defined.',
    );
  else if (machine.host.id.state !== 'known')
    notes.push(
      'Which machine this is cannot be told (no machine id, no host UUID of libvirt): apply will refuse this plan.',
    );
  return notes;
}
