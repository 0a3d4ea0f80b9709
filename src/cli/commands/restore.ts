import { closeSync, openSync, writeFileSync } from 'node:fs';
import { restoreObject } from '#apply/restore-object';
import { ask } from '#cli/ask';
import { leaveAuditLine } from '#cli/audit-line';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { cannotWrite, openOutput } from '#cli/output';
import { inputError, usageError } from '#cli/request-error';
import { copiesOf, type KeptCopy, savedWords } from '#cli/saved-words';
import { version } from '#cli/version.gen';
import { writeRun } from '#cli/write-run';
import { type WritingSession, withSession } from '#cli/writing-session';
import { printable } from '#report/printable';

/** What `restore` understands. */
export interface RestoreOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Which place, where one copy was kept of several. */
  readonly of?: string;
}

/** `nearmetal restore OBJECT`: puts one copy back where it was taken from; with -o writes it to a file instead, which only its owner may read. */
export async function restore(word: string, options: RestoreOptions): Promise<number> {
  const { yes, dryRun, output: file } = options;
  const isToFile = file !== undefined;
  if (!isToFile && yes !== true && dryRun !== true && process.stdin.isTTY !== true)
    throw usageError(
      'nobody can be asked here, and nothing was changed',
      'say --yes to do it without being asked, -o FILE to look at the copy',
    );
  const kind = isToFile || dryRun === true ? 'look' : 'write';
  return withSession(options, { kind, command: 'restore' }, async session => {
    const copy = findCopy(session, word, options.of);
    if (isToFile) return writeCopy(session, copy, file);
    return putBack(session, copy, options);
  });
}

/** Finds a copy by its name or the beginning of it. */
function findCopy({ runs }: WritingSession, word: string, of: string | undefined): KeptCopy {
  if (!/^[0-9a-f]{6,64}$/.test(word))
    throw usageError(
      `${word} is no name of a copy`,
      'nearmetal history RUN lists what a run keeps; six digits of a name are enough',
    );
  const found = runs.stories
    .flatMap(copiesOf)
    .filter(({ object, saved }) => object.startsWith(word) && (of === undefined || savedWords(saved).includes(of)));
  const places = new Map(found.map(one => [`${one.object} ${savedWords(one.saved)}`, one]));
  const [first] = places.values();
  if (first === undefined)
    throw inputError(
      `the ledger has no copy ${word}${of === undefined ? '' : ` of ${of}`}`,
      'nearmetal history RUN lists what a run keeps',
    );
  if (places.size > 1)
    throw usageError(
      `${word} is the name of ${places.size} copies`,
      `choose one with --of: ${[...places.values()].map(({ saved }) => savedWords(saved)).join(', ')}`,
    );
  return first;
}

function writeCopy({ ledger }: WritingSession, { object }: KeptCopy, file: string): number {
  const bytes = ledger.objects.get(object);
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      writeFileSync(descriptor, bytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw cannotWrite(file, error);
  }
  return exitCodes.ok;
}

async function putBack(
  session: WritingSession,
  { object, run, saved }: KeptCopy,
  options: RestoreOptions,
): Promise<number> {
  const { target, ledger, runs, by, abort } = session;
  const output = openOutput(undefined, options.color);
  const what = savedWords(saved);
  const head = {
    version,
    doing: 'restore',
    host: { name: target.identity.hostName, ...(target.identity.id !== undefined && { id: target.identity.id }) },
    ledger: ledger.folder,
    foreign: [],
    next: [],
  } as const;
  const change = {
    number: 1,
    kind: 'copy',
    on: what,
    lines: [`${what}: as it was before run ${run} (${object.slice(0, 12)})`],
    takesEffect: 'at-once',
  } as const;
  if (options.dryRun === true) {
    await writeRun(output, options.format, {
      ...head,
      isDry: true,
      result: 'to-do',
      changes: [{ ...change, result: 'to-do' }],
    });
    return exitCodes.ok;
  }
  process.stderr.write(`${printable(change.lines[0] ?? what)}\n`);
  if (options.yes !== true && !(await ask('Put it back?'))) return exitCodes.ok;
  const story = runs.stories.find(one => one.run === run);
  if (story === undefined) throw inputError(`run ${run} cannot be read`);
  const done = await restoreObject({
    target,
    ledger,
    saved,
    plan: story.plan,
    tool: `nearmetal ${version}`,
    by,
    abort,
  });
  const result = done.failed === undefined ? 'held' : 'failed';
  if (target.isLive) leaveAuditLine({ doing: 'restore', run: done.run, by, what, changes: 1, result });
  await writeRun(output, options.format, {
    ...head,
    run: done.run,
    isDry: false,
    result,
    foreign: done.left ? [what] : [],
    changes: [{ ...change, result, why: done.failed }],
  });
  return result === 'held' ? exitCodes.ok : exitCodes.notHolding;
}
