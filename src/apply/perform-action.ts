import type { Action } from '#apply/action';
import { buildFile, placeFile } from '#apply/image-steps';
import { knobContent } from '#apply/knob-content';
import { performGuestAction } from '#apply/perform-guest-action';
import { type Performed, performStep, StepFailed } from '#apply/perform-step';
import type { RunContext } from '#apply/run-context';
import { sha256 } from '#apply/sha256';
import { systemReason } from '#apply/system-reason';
import { bytesOf } from '#apply/text-bytes';
import type { StoredFile } from '#transport/writable-tree';

/**
 * Does one action of a change and keeps the journal of it: what stood there goes into the ledger, then the record of what is about to be
 * done, then it is done. A file that is already what it is to be is left alone. Rejects with StepFailed.
 */
export async function performAction(context: RunContext, change: number, action: Action): Promise<Performed> {
  switch (action.do) {
    case 'write-file':
    case 'restore-file':
      return writeFile(context, change, action);
    case 'write-knob':
      return writeKnob(context, change, action);
    case 'wait':
    case 'run': {
      if (!context.target.isLive) return 'not-live';
      const on = action.do === 'wait' ? action.path : (action.argv[0] ?? '');
      context.journal.append({ record: 'step', change, does: action.do, on });
      return performStep(context.target, action, context.abort);
    }
    case 'build-file':
    case 'place-file':
      if (!context.target.isLive) return 'not-live';
      context.journal.append({ record: 'step', change, does: action.do, on: action.path });
      if (action.do === 'build-file') await buildFile(context, action);
      else await placeFile(context.target, action);
      return 'done';
    case 'remove-folder':
      context.journal.append({ record: 'step', change, does: action.do, on: action.path });
      told(action.path, () => context.target.files.removeFolder(action.path));
      return 'done';
    case 'define-guest':
    case 'restore-guest':
    case 'live-call':
      return performGuestAction(context, change, action);
  }
}

type FileAction = Extract<Action, { readonly do: 'write-file' | 'restore-file' }>;

function writeFile({ target, ledger, journal }: RunContext, change: number, action: FileAction): Performed {
  const { path } = action;
  const { files } = target;
  const before = told(path, () => files.load(path));
  const after = contentOf(action, before, object => ledger.objects.get(object));
  const from = before === undefined ? null : ledger.objects.keep(before.bytes);
  const writes = after === undefined ? null : sha256(after);
  if (from === writes) return 'done';
  const fromRights = before === undefined ? {} : { fromRights: rightsOf(before) };
  journal.append({ record: 'step', change, does: action.do, on: path, from, ...fromRights, writes });
  told(path, () => {
    if (after === undefined) files.remove(path);
    else files.store(path, after, before === undefined ? rightsFor(action) : {});
  });
  return 'done';
}

const rightsOf = ({ mode, uid, gid }: StoredFile) => ({ mode, uid, gid });

const rightsFor = (action: FileAction) =>
  action.do === 'restore-file' ? (action.rights ?? {}) : action.mode === undefined ? {} : { mode: action.mode };

function contentOf(
  action: FileAction,
  before: StoredFile | undefined,
  get: (object: string) => Uint8Array,
): Uint8Array | undefined {
  if (action.do === 'restore-file') return action.object === null ? undefined : get(action.object);
  return action.text === undefined ? undefined : bytesOf(action.text, before?.bytes);
}

async function writeKnob(
  context: RunContext,
  change: number,
  step: Extract<Action, { readonly do: 'write-knob' }>,
): Promise<Performed> {
  const { target, ledger, journal, abort } = context;
  if (!target.isLive) return 'not-live';
  const before = knobContent(target.files, step.path);
  const from = before === undefined ? {} : { from: ledger.objects.keep(before) };
  journal.append({
    record: 'step',
    change,
    does: 'write-knob',
    on: step.path,
    ...from,
    writes: sha256(step.text.trim()),
  });
  await performStep(target, step, abort);
  const now = knobContent(target.files, step.path);
  journal.append({ record: 'done', change, ...(now !== undefined && { reads: sha256(now) }) });
  return 'done';
}

/** Does something with a file, or says what the system says. */
function told<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new StepFailed(`${path}: ${reason}`, { cause: error });
  }
}
