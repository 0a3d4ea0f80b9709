import type { Change } from '#change/change';
import type { Finding } from '#check/verdict';
import type { Found } from '#report/fold';

/** Gives what a person reads under “do”: each change in a line, or what only they can do. */
export function fixLines(found: Found, all: readonly Found[]): readonly string[] {
  const { finding } = found;
  const lines: string[] = [];
  if (finding.fix !== undefined && all.length === 1) lines.push(...finding.fix.map(changeWords));
  else if (finding.fix !== undefined) {
    const [first] = finding.fix;
    // told of all of them, without what picks out the first
    if (first !== undefined)
      lines.push(`in each: ${changeWords({ ...first, on: 'it' }).replaceAll(/\[[^\]]*@[^\]]*\]/g, '')}`);
  }
  if (finding.wish !== undefined)
    lines.push(`${finding.wish.kind.replaceAll('-', ' ')}: ${detailWords(finding.wish.detail)}`);
  if (finding.otherwise !== undefined) lines.push(finding.otherwise);
  return lines;
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
