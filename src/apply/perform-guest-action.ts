import type { Action } from '#apply/action';
import { defineGuest } from '#apply/define-guest';
import { makeLiveCall } from '#apply/make-live-call';
import { type Performed, StepFailed } from '#apply/perform-step';
import { readStoredGuest, type StoredGuest } from '#apply/read-guest';
import type { RestoredGuest } from '#apply/restore-guest';
import { restoreGuest } from '#apply/restore-guest';
import type { RunContext } from '#apply/run-context';
import type { Connection } from '#libvirt/connection';

/** An action on a guest. */
export type GuestAction = Extract<Action, { readonly do: 'define-guest' | 'restore-guest' | 'live-call' }>;

/**
 * Changes a guest: its definition as it was goes into the ledger, then the record of what is about to be done, then it is done, and what
 * libvirt made of it is put down. Rejects with StepFailed where there is no libvirt, with GuestError and XmlEditError, else as libvirt does.
 */
export async function performGuestAction(context: RunContext, change: number, action: GuestAction): Promise<Performed> {
  const { target, ledger, journal, abort } = context;
  const { libvirt } = target;
  const { guest } = action;
  if (libvirt === undefined) {
    if (!target.isLive) return 'not-live';
    throw new StepFailed(`guest ${guest}: libvirt does not answer`);
  }
  const keep = ({ xml }: StoredGuest): void =>
    journal.append({ record: 'step', change, does: action.do, on: guest, from: ledger.objects.keep(xml) });
  switch (action.do) {
    case 'define-guest': {
      const { after } = await defineGuest(libvirt, guest, action.parts, { validator: target.validator, keep });
      journal.append({ record: 'done', change, reads: after.hash });
      return 'done';
    }
    case 'restore-guest':
      keep(await readStoredGuest(libvirt, guest));
      journal.append({ record: 'done', change, reads: (await putBack(context, libvirt, action)).now.hash });
      return 'done';
    case 'live-call':
      journal.append({ record: 'step', change, does: action.do, on: guest });
      await makeLiveCall(libvirt, guest, action.call, { signal: abort });
      journal.append({ record: 'done', change });
      return 'done';
  }
}

async function putBack(
  { ledger, left }: RunContext,
  libvirt: Connection,
  { guest, object, hash, parts }: Extract<GuestAction, { readonly do: 'restore-guest' }>,
): Promise<RestoredGuest> {
  const original = Buffer.from(ledger.objects.get(object)).toString('utf8');
  const restored = await restoreGuest(libvirt, guest, { original, hash, parts });
  if (restored.is !== 'whole') left?.(guest, restored);
  return restored;
}
