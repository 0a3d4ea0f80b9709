import type { Change } from '#change/change';
import type { Finding } from '#check/verdict';
import type { FoundOrWaived } from '#report/fold';

/**
 * Gives what can be done about a finding, each change in a line. `isOneOfSeveral`: without what picks out this subject, so that the same
 * change in several is the same line.
 */
export function fixLines({ finding }: FoundOrWaived, isOneOfSeveral: boolean): readonly string[] {
  const lines = (finding.fix ?? []).map(change =>
    isOneOfSeveral ? changeWords({ ...change, on: 'it' }).replaceAll(/\[[^\]]*@[^\]]*\]/g, '') : changeWords(change),
  );
  const { wish } = finding;
  return wish === undefined ? lines : [...lines, `${wish.kind.replaceAll('-', ' ')}: ${detailWords(wish.detail)}`];
}

/** Gives when what is to be done takes effect, in two or three words. */
export function effectWords(finding: Finding): string {
  const fix = finding.fix ?? [];
  const [worst] = fix
    .filter(change => !isStoredHalf(change))
    .sort((a, b) => effects.indexOf(b.takesEffect) - effects.indexOf(a.takesEffect));
  if (worst !== undefined) return effectNames[worst.takesEffect];
  if (fix.length > 0) return 'a file';
  return finding.wish === undefined ? 'by hand' : 'to be computed';
}

/** Whether a change only keeps over a reboot what is in force, or is put in force by another one. */
export const isStoredHalf = ({ kind, lasts, takesEffect }: Pick<Change, 'kind' | 'lasts' | 'takesEffect'>): boolean =>
  lasts === 'across-reboots' && takesEffect === 'host-reboot' && kind !== 'kernel-command-line';

/** When a change takes effect, least effort first. */
export const effects: readonly Change['takesEffect'][] = [
  'at-once',
  'daemon-restart',
  'guest-power-cycle',
  'host-reboot',
];

const effectNames: Readonly<Record<Change['takesEffect'], string>> = {
  'at-once': 'live',
  'daemon-restart': 'daemon restart',
  'guest-power-cycle': 'guest power cycle',
  'host-reboot': 'host reboot',
};

function changeWords(change: Change): string {
  const when = isStoredHalf(change) ? 'kept over reboots' : effectNames[change.takesEffect];
  if (change.kind === 'domain-xml') return `${partWords(change.before, change.after)}   [${when}]`;
  const from = change.before === undefined ? '' : `${valueWords(change.before)} → `;
  return `${change.on}: ${from}${valueWords(change.after)}   [${when}]`;
}

interface PartLike {
  readonly path: string;
  readonly content: string | undefined;
}
const isPart = (value: unknown): value is PartLike => typeof value === 'object' && value !== null && 'path' in value;

function partWords(before: unknown, after: unknown): string {
  const old = Array.isArray(before) ? before.filter(isPart) : [];
  const now = Array.isArray(after) ? after.filter(isPart) : [];
  return now
    .map(part => {
      const was = old.find(one => one.path === part.path)?.content;
      if (part.content === undefined) return `remove ${part.path}`;
      return was === undefined ? `add ${part.path}: ${part.content}` : `${part.path}: ${was} → ${part.content}`;
    })
    .join('; ');
}

function valueWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(valueWords).join(' ');
  if (typeof value === 'object' && value !== null) return detailWords(value);
  return JSON.stringify(value);
}

function detailWords(value: object): string {
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => `${name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)} ${String(part)}`)
    .join(', ');
}
