import type { InsideSource } from '#collect/inside/inside-guests';
import type { GuestFacts } from '#formats/guest-facts/parse-guest-facts';
import type { FileResult } from '#transport/file-tree';
import { matchesGlob } from '#units/glob';

/** Takes a facts file and what to call it; gives the sources that it makes. */
export function insideOfFacts({ files, denied, looked, outputs }: GuestFacts, name: string): InsideSource {
  const lacking = (what: string): FileResult<never> => ({
    outcome: 'not-captured',
    reason: `it does not tell of ${what}`,
  });
  const never = (path: string): FileResult<never> => lacking(path);
  return {
    by: `facts file ${name}`,
    files: {
      read(path) {
        const text = files.get(path);
        if (text !== undefined) return { outcome: 'ok', value: text };
        if (denied.has(path)) return { outcome: 'denied', reason: 'the script may not' };
        return looked.some(pattern => matchesGlob(pattern, path)) ? { outcome: 'absent' } : lacking(path);
      },
      list: never,
      link: never,
      room: never,
    },
    commands: {
      output(argv) {
        const text = outputs.get(argv.join('\0'));
        if (text === undefined) return lacking(argv.join(' '));
        return text === '' ? { outcome: 'absent' } : { outcome: 'ok', value: text };
      },
    },
  };
}
