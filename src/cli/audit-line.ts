import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the system's log is told of a run. */
export interface AuditEntry {
  readonly doing: 'apply' | 'undo' | 'restore';
  readonly run: string;
  readonly by: string;
  /** Name of the plan, the run that was undone, or the object. */
  readonly what: string;
  readonly changes: number;
  readonly result: string;
}

/**
 * Leaves one line in the journal or syslog: who, what, and what came of it; through logger(1), for Node has no datagrams of unix sockets.
 * Gives why there is none, where there is none.
 */
export function leaveAuditLine({ doing, run, by, what, changes, result }: AuditEntry): string | undefined {
  if (!existsSync('/dev/log') && !existsSync('/run/systemd/journal/socket')) return 'this machine has no system log';
  const line = `${doing} run=${run} by=${quoted(by)} what=${quoted(what)} changes=${changes} result=${result}`;
  const { status, error } = spawnSync(
    'logger',
    ['--tag', 'nearmetal', '--id', '--priority', 'authpriv.notice', '--', line],
    {
      stdio: 'ignore',
      timeout: 5000,
    },
  );
  if (error !== undefined) return 'logger cannot be started';
  return status === 0 ? undefined : 'logger could not reach the system log';
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\\p{Cc}]/gu, '_').slice(0, 200)}"`;
