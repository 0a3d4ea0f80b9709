import type { Action } from '#apply/action';
import { GuestError } from '#apply/guest-error';
import { lifeOf } from '#apply/life-of';
import { observe } from '#apply/observe';
import { performAction } from '#apply/perform-action';
import { StepFailed } from '#apply/perform-step';
import type { RunContext } from '#apply/run-context';
import { stateWords } from '#apply/state-words';
import type { Target } from '#apply/target';
import { Unreadable } from '#apply/unreadable';
import type { Change } from '#change/change';
import { kindOf } from '#change/kind-of';
import { maskOutput } from '#formats/secrets/mask-output';
import { XmlEditError } from '#formats/xml/xml-edit';
import { LibvirtError } from '#libvirt/libvirt-error';
import type { WritableTree } from '#transport/writable-tree';

/** What came of a change. `interrupted`: it was ended between two of its steps. */
export type Made =
  | { readonly result: 'held' | 'not-live' }
  | { readonly result: 'failed' | 'interrupted'; readonly why: string };

/**
 * Makes one change: puts down what is intended, does the actions one by one, and reads back. `number` is the change's in its plan; `actions`
 * bring the machine to its `after`. What goes wrong with the machine is given and is in the journal; what goes wrong with the ledger is thrown.
 */
export async function makeChange(
  context: RunContext,
  number: number,
  change: Change,
  actions: readonly Action[],
): Promise<Made> {
  const { journal, target } = context;
  journal.append({ record: 'intend', change: number, folders: foldersToMake(target.files, actions) });
  const fail = (result: 'failed' | 'interrupted', why: string): Made => {
    journal.append({ record: 'failed', change: number, why });
    return { result, why };
  };
  let isLive = true;
  for (const action of actions) {
    if (context.abort.aborted) return fail('interrupted', 'interrupted');
    try {
      if ((await performAction(context, number, action)) === 'not-live') isLive = false;
    } catch (error) {
      const why = reasonOf(error);
      if (why === undefined) throw error;
      return fail(context.abort.aborted ? 'interrupted' : 'failed', why);
    }
  }
  const back = await readBack(target, change);
  if (back.differs !== undefined && !isLive) {
    journal.append({ record: 'not-live', change: number });
    return { result: 'not-live' };
  }
  if (back.differs !== undefined) return fail('failed', `read back, ${back.differs}`);
  journal.append({ record: 'held', change: number, ...(back.life !== undefined && { life: back.life }) });
  return { result: 'held' };
}

interface ReadBack {
  /** How it differs from what was wanted. */
  readonly differs?: string;
  readonly life?: string | undefined;
}

async function readBack(target: Target, change: Change): Promise<ReadBack> {
  const kind = kindOf(change);
  try {
    const seen = await observe(target, [change]);
    const obstacle = kind.obstacle(change, seen);
    if (obstacle !== undefined) return { differs: obstacle };
    const state = kind.state(change, seen);
    if (!kind.isSame(state, change.after))
      return { differs: `it is ${stateWords(state)}, not ${stateWords(change.after)}` };
    return { life: await lifeOf(target, change, seen) };
  } catch (error) {
    const why = reasonOf(error);
    if (why === undefined) throw error;
    return { differs: why };
  }
}

/** What a machine or libvirt refuses is a result; anything else is our fault, or the ledger's. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof StepFailed || error instanceof Unreadable) return error.message;
  if (error instanceof GuestError || error instanceof XmlEditError) return maskOutput(error.message);
  if (error instanceof LibvirtError) return maskOutput(error.message);
  return undefined;
}

/** Folders that are not there yet and that the actions make, the outermost first. */
function foldersToMake(files: WritableTree, actions: readonly Action[]): readonly string[] {
  const missing = new Set<string>();
  for (const action of actions) {
    if (action.do !== 'write-file' || action.text === undefined) continue;
    const parts = action.path.split('/').slice(1, -1);
    for (let length = 1; length <= parts.length; length++) {
      const folder = `/${parts.slice(0, length).join('/')}`;
      if (!missing.has(folder) && files.list(folder).outcome === 'absent') missing.add(folder);
    }
  }
  return [...missing];
}
