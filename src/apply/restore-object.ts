import { beginRun } from '#apply/begin-run';
import { GuestError } from '#apply/guest-error';
import type { Saved } from '#apply/journal-record';
import type { Ledger } from '#apply/ledger';
import { LedgerError } from '#apply/ledger-error';
import { performAction } from '#apply/perform-action';
import { StepFailed } from '#apply/perform-step';
import type { Target } from '#apply/target';
import { maskOutput } from '#formats/secrets/mask-output';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { Plan } from '#plan/plan';

/** Which copy is to be put back, and by whom. The lock is held by the caller. */
export interface RestoreRequest {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly saved: Saved;
  /** The plan of the run that kept it, for the head of the new run's. */
  readonly plan: Plan;
  readonly tool: string;
  readonly by: string;
  readonly abort: AbortSignal;
}

/** What came of it. */
export interface RestoredObject {
  readonly run: string;
  /** Why it failed; undefined: it is done. */
  readonly failed?: string;
  /** The guest's definition could not be put back byte for byte. */
  readonly left: boolean;
}

/**
 * Puts one copy back where it was taken from, in a run of its own; what stands there now is kept as a copy before. Units and the running half
 * of a guest cannot be put back so: throws LedgerError `missing` for them.
 */
export async function restoreObject({
  target,
  ledger,
  saved,
  plan,
  tool,
  by,
  abort,
}: RestoreRequest): Promise<RestoredObject> {
  const action = actionFor(saved, ledger);
  const { run, journal } = beginRun(ledger, target, { ...plan, changes: [] }, { tool, doing: 'restore', by });
  let left = false;
  const context = {
    target,
    ledger,
    journal,
    abort,
    left: () => {
      left = true;
    },
  };
  try {
    journal.append({ record: 'ready' });
    await performAction(context, 0, action);
    journal.append({ record: 'end', result: 'held' });
    return { run, left };
  } catch (error) {
    const isTold = error instanceof StepFailed || error instanceof GuestError || error instanceof LibvirtError;
    if (!isTold) throw error;
    journal.append({ record: 'end', result: 'failed' });
    return { run, left, failed: maskOutput(error.message) };
  } finally {
    journal.close();
  }
}

function actionFor(saved: Saved, { objects }: Ledger): Parameters<typeof performAction>[2] {
  const { object } = saved;
  if (object === null) throw cannot('nothing stood there');
  switch (saved.what) {
    case 'file': {
      const { path, mode, uid, gid } = saved;
      const hasRights = mode !== undefined && uid !== undefined && gid !== undefined;
      return { do: 'restore-file', path, object, ...(hasRights && { rights: { mode, uid, gid } }) };
    }
    case 'knob':
      return { do: 'write-knob', path: saved.path, text: Buffer.from(objects.get(object)).toString('utf8').trim() };
    case 'guest':
      if (saved.half === 'running') throw cannot('a running guest cannot be put back');
      return { do: 'restore-guest', guest: saved.guest, object, hash: undefined, parts: [] };
    case 'unit':
      throw cannot('the state of a unit is put back by systemctl');
  }
}

const cannot = (why: string): LedgerError =>
  new LedgerError(
    'missing',
    `it cannot be put back: ${why}`,
    'nearmetal restore OBJECT -o FILE writes the copy to a file',
  );
