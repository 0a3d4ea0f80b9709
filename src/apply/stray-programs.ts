import { readdirSync, readFileSync } from 'node:fs';

/** Marks the environment of programs that a run starts, so that one which outlives its run is found; services that systemd starts do not have it. */
export const stepMark = { NEARMETAL_STEP: '1' } as const;

const entry = Buffer.from('NEARMETAL_STEP=1');

/**
 * Programs that runs started and that are still at work: `PID NAME …`, as /proc/PID/cmdline has it. Who holds the lock has no program of its
 * own at work between two steps, so that they belong to runs that were killed. proc(5).
 */
export function strayPrograms(proc = '/proc'): readonly string[] {
  return readdirSync(proc).flatMap(pid => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const isOurs = splitAtNul(readFileSync(`${proc}/${pid}/environ`)).some(one => entry.equals(one));
      if (!isOurs) return [];
      const words = splitAtNul(readFileSync(`${proc}/${pid}/cmdline`)).map(word => word.toString('utf8'));
      return [`${pid} ${words.join(' ').trim().slice(0, 120)}`.trim()];
    } catch {
      // it has ended, or is another user's: then it is none of ours
      return [];
    }
  });
}

function splitAtNul(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, from)) {
    parts.push(bytes.subarray(from, at));
    from = at + 1;
  }
  return from < bytes.length ? [...parts, bytes.subarray(from)] : parts;
}
