import { spawnSync } from 'node:child_process';
import { guests } from '#collect/guests';
import { hostReadings } from '#collect/host-readings';
import { listReadings, type Way } from '#collect/reading';
import type { Commands } from '#transport/commands';

/** The longest that a command may take, and the most that it may print. */
const timeoutMs = 20_000;
const mostBytes = 8 * 1024 * 1024;

/** Gives commands that are run here: only those that readings declare, without a shell, with a plain environment. */
export function commandsOf(): Commands {
  const allowed = [...listReadings(hostReadings()), { fact: 'guests', reading: guests }].flatMap(({ reading }) =>
    reading.ways.flatMap((way: Way) => ('command' in way ? [way.command] : [])),
  );
  return {
    output(argv) {
      if (!allowed.some(pattern => isAllowed(argv, pattern)))
        return { outcome: 'not-captured', reason: `${argv.join(' ')} is not among the commands that may be run` };
      const [program = '', ...words] = argv;
      const done = spawnSync(program, words, {
        encoding: 'utf8',
        timeout: timeoutMs,
        maxBuffer: mostBytes,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      });
      if (done.error !== undefined) {
        const code = 'code' in done.error ? String(done.error.code) : done.error.message;
        return code === 'ENOENT' ? { outcome: 'absent' } : { outcome: 'denied', reason: code };
      }
      // systemctl is-active and the like say no with their exit status, and print the answer all the same
      return done.stdout === '' && done.status !== 0
        ? { outcome: 'denied', reason: `${program} exits with ${done.status}` }
        : { outcome: 'ok', value: done.stdout };
    },
  };
}

/** `*` in a pattern stands for one word that is no option. */
const isAllowed = (argv: readonly string[], pattern: readonly string[]): boolean =>
  argv.length === pattern.length &&
  pattern.every((part, at) => part === argv[at] || (part === '*' && !(argv[at] ?? '-').startsWith('-')));
