import { userInfo } from 'node:os';
import { type Ledger, openLedger } from '#apply/ledger';
import { LedgerError } from '#apply/ledger-error';
import { type Runs, readRuns } from '#apply/read-runs';
import { NoRights } from '#apply/rights-for-run';
import { NoRoom } from '#apply/room-for-run';
import { LockHeld, type RunLock, takeLock } from '#apply/run-lock';
import type { Target } from '#apply/target';
import { Unreadable } from '#apply/unreadable';
import { catchInterrupts } from '#cli/catch-interrupts';
import { exitCodes } from '#cli/exit-codes';
import { openTarget, type TargetOptions } from '#cli/open-target';
import { RequestError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { maskOutput } from '#formats/secrets/mask-output';
import { LibvirtError } from '#libvirt/libvirt-error';

/** A machine whose lock is held. */
export interface WritingSession {
  readonly target: Target;
  readonly ledger: Ledger;
  readonly runs: Runs;
  /** Who runs it. */
  readonly by: string;
  /** Aborted by Ctrl-C. */
  readonly abort: AbortSignal;
}

/** What kinds of session there are. `look`: nothing is written, so neither lock nor signals are taken. */
export type SessionKind = 'write' | 'look';

/** What a session is for. */
export interface SessionRequest {
  readonly kind: SessionKind;
  /** Words of the command, for those who find the lock held. */
  readonly command: string;
  /** Called before anything is written, the lock included; throws where the machine is not the one that is meant. */
  readonly first?: (target: Target) => void;
}

/**
 * Opens the machine, takes the lock of its ledger and the signals, does the work, and gives all back. What the ledger, the lock or libvirt
 * say becomes a RequestError.
 */
export async function withSession<T>(
  options: TargetOptions,
  { kind, command, first }: SessionRequest,
  work: (session: WritingSession) => Promise<T>,
): Promise<T> {
  const opened = await openTarget(options);
  const { target, state } = opened;
  const by = whoRunsThis();
  let lock: RunLock | undefined;
  const interrupts = kind === 'write' ? catchInterrupts() : undefined;
  try {
    first?.(target);
    if (kind === 'write')
      lock = await takeLock(state, {
        pid: process.pid,
        boot: target.identity.bootId,
        who: `${by}: nearmetal ${command}`,
        since: new Date().toISOString(),
      });
    const ledger = openLedger(state);
    const runs = readRuns(ledger);
    for (const { message } of runs.damaged) process.stderr.write(`nearmetal: ${message}\n`);
    return await work({ target, ledger, runs, by, abort: interrupts?.signal ?? new AbortController().signal });
  } catch (error) {
    throw told(error, state);
  } finally {
    interrupts?.release();
    await lock?.release();
    await opened.close();
  }
}

/** The user, and under sudo the one who called it. */
function whoRunsThis(): string {
  const caller = process.env['SUDO_USER'];
  let user = String(process.getuid?.() ?? '');
  try {
    user = userInfo().username;
  } catch {
    // a number without a name, as in containers
  }
  return caller === undefined || caller === '' || caller === user ? user : `${user} (sudo, ${caller})`;
}

function exitOf({ code }: LedgerError): number {
  if (code === 'busy') return exitCodes.locked;
  return code === 'no-room' ? exitCodes.failure : exitCodes.input;
}

function told(error: unknown, state: string): unknown {
  if (error instanceof LockHeld)
    return new RequestError(error.message, exitCodes.locked, 'wait for its end; nothing was done here');
  if (error instanceof LedgerError) return new RequestError(error.message, exitOf(error), error.doThis);
  if (error instanceof NoRoom)
    return new RequestError(`${error.message}; nothing was changed`, exitCodes.failure, error.doThis);
  if (error instanceof NoRights) return new RequestError(error.message, exitCodes.input, error.doThis);
  if (error instanceof Unreadable) return new RequestError(error.message, exitCodes.input, error.doThis);
  if (error instanceof LibvirtError)
    return new RequestError(maskOutput(error.message), exitCodes.failure, error.doThis);
  if (error instanceof Error && 'syscall' in error && 'path' in error && String(error.path).startsWith(state))
    return new RequestError(
      `${String(error.path)}: ${systemWords(error)}`,
      exitCodes.input,
      'what was there before each change is kept there: run it as root (sudo nearmetal …), or name another folder in NEARMETAL_STATE_DIR',
    );
  return error;
}
