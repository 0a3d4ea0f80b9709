import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { type ShellFile, setShellWords, shellValue } from '#formats/conf/shell-words';
import { splitWords } from '#formats/conf/word-line';

const name = 'GRUB_CMDLINE_LINUX_DEFAULT';
const names = (...all: readonly string[]): ReadonlySet<string> => new Set(all);
const edited = (text: string, wanted: readonly string[], ...concerned: readonly string[]): string => {
  const after = setShellWords([{ path: '/f', text }], name, names(...concerned), wanted);
  assert.ok(after !== undefined, 'it cannot be done');
  return after[0]?.text ?? text;
};

/** What bash says that the variable holds after each text was sourced. */
function askBash(texts: readonly string[]): readonly string[] {
  const script = `for text in "$@"; do (unset ${name}; eval "$text"; printf '%s\\0' "$${name}"); done`;
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...texts], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout.split('\0').slice(0, -1);
}

test('a word is replaced, added and taken out where it stands, in quotes of all shapes', () => {
  const file = (value: string): string => `# head\nA=1\n${name}=${value} # why\nB=2\n`;
  const cases: readonly (readonly [before: string, wanted: readonly string[], after: string])[] = [
    ['"quiet"', ['x=1'], '"quiet x=1"'],
    ["'quiet'", ['x=1'], "'quiet x=1'"],
    ['quiet', ['x=1'], '"quiet x=1"'],
    ['', ['x=1', 'x=2'], '"x=1 x=2"'],
    ['""', ['x=1'], '"x=1"'],
    ["''", ['x=$1'], "'x=$1'"],
    ['""', ['x=$1'], '"x=\\$1"'],
    ['"a x=1  b"', [], '"a  b"'],
    ['"x=1 b"', [], '"b"'],
    ['"x=1"', [], '""'],
    ['x=1', [], ''],
    ['"a x=1 b x=2 c"', ['x=3', 'x=4', 'x=5'], '"a x=3 b x=4 x=5 c"'],
    ['"a x=1 b x=2 c"', ['x=2'], '"a x=2 b c"'],
    ['"a \\\nx=1 b"', ['x=2'], '"a \\\nx=2 b"'],
    ['"a -- x=1"', ['x=2'], '"a x=2 -- x=1"'],
    ['"-- init"', ['x=2'], '"x=2 -- init"'],
    [`"a "'x=1 b'`, ['x=2'], `"a "'x=2 b'`],
    [`"a x="'1'" b"`, ['x=2'], `"a x=2"''" b"`],
    ['"x=\\"1 2\\" b"', ['x=2'], '"x=2 b"'],
    ['"b $OTHER"', ['x=2'], '"b $OTHER x=2"'],
  ];
  for (const [before, wanted, after] of cases) assert.equal(edited(file(before), wanted, 'x'), file(after));
});

test('names are compared as the kernel does', () =>
  assert.equal(edited(`${name}="mem-sleep=s2idle"\n`, ['mem_sleep=deep'], 'mem_sleep'), `${name}="mem_sleep=deep"\n`));

test('the file and line that decide are edited, whatever stands before', () => {
  const main = { path: '/etc/default/grub', text: `${name}="quiet"\n${name}="a x=1"\n` };
  const set = (text: string): readonly ShellFile[] | undefined =>
    setShellWords([main, { path: '/etc/default/grub.d/50-cloudimg-settings.cfg', text }], name, names('x'), ['x=2']);
  assert.deepEqual(set('GRUB_TIMEOUT=0\n'), [{ ...main, text: main.text.replace('x=1', 'x=2') }]);
  assert.deepEqual(
    set(`${name}="console=ttyS0"\n`)?.map(({ path, text }) => `${path}: ${text}`),
    [`/etc/default/grub.d/50-cloudimg-settings.cfg: ${name}="console=ttyS0 x=2"\n`],
  );
  assert.deepEqual(set(`${name}="$${name} console=ttyS0"\n`), [{ ...main, text: main.text.replace('x=1', 'x=2') }]);
  assert.deepEqual(
    set(`${name}+=" x=1"\n`)?.map(({ text }) => text),
    [main.text.replace('x=1', 'x=2'), `${name}+=" "\n`],
  );
});

test('the line that tuned adds stays as it is', () => {
  const tuned = `${name}="\${${name}:+$${name} }\\$tuned_params"\n`;
  assert.equal(edited(`${name}="quiet"\n${tuned}`, ['x=1'], 'x'), `${name}="quiet x=1"\n${tuned}`);
});

test('a variable that nothing sets gets a line of its own, which goes again with its last word', () => {
  for (const text of ['A=1\n', 'A=1', '']) {
    const after = edited(text, ['x=1', 'y'], 'x', 'y');
    assert.match(after, /^GRUB_CMDLINE_LINUX_DEFAULT="x=1 y" # nearmetal$/m);
    assert.equal(edited(after, [], 'x', 'y'), text);
  }
});

test('a word that two lines make together is left to a person, and one beside it is edited', () => {
  const file = `${name}="x=1"\n${name}+="x=2 y=1"\n`;
  assert.equal(setShellWords([{ path: '/f', text: file }], name, names('x'), ['x=3']), undefined);
  assert.equal(edited(file, ['y=2'], 'y'), file.replace('y=1', 'y=2'));
});

test('what only a shell can tell is not edited', () => {
  for (const text of [`${name}="$(cat /x) a"\n`, `if true; then ${name}="a"; fi\n`, `O="x=1"\n${name}="a $O"\n`])
    assert.equal(setShellWords([{ path: '/f', text }], name, names('x'), ['x=2']), undefined);
});

const word = fc.constantFrom(
  'quiet',
  'x=1',
  'x=2',
  'x',
  'y=a,b',
  'z="p q"',
  'console=ttyS0,115200n8',
  'c=$HOME',
  "d='e'",
  'f=\\g',
);
const blank = fc.constantFrom(' ', '  ', '\t', ' \\\n ', '\n');
const value = fc
  .array(fc.tuple(word, blank), { maxLength: 6 })
  .map(parts => parts.flatMap(([text, gap], at) => (at === 0 ? [text] : [gap, text])));
const written = fc
  .tuple(value, fc.constantFrom('double', 'single', 'mixed'))
  .map(([parts, quote]) =>
    quote === 'double'
      ? `"${parts.map(part => (part.includes('\n') ? part : part.replaceAll(/["$`\\]/g, '\\$&'))).join('')}"`
      : quote === 'single'
        ? `'${parts.map(part => (part.includes('\n') ? ' ' : part.replaceAll("'", `'\\''`))).join('')}'`
        : parts
            .map(part => (/^\w+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`).replaceAll('\\\n', '')}'`))
            .join(''),
  );
const line = fc
  .tuple(fc.constantFrom('=', '=', '+='), written, fc.constantFrom('', ' # x=9', '; A=1'))
  .map(([operator, text, tail]) => `${name}${operator}${text}${tail}`);
const text = fc
  .array(fc.oneof(line, line, fc.constantFrom('# x=9', 'A="x=9"', '', `${name}="$${name} y"`)), { maxLength: 5 })
  .map(lines => `${lines.join('\n')}\n`);

test('an edit touches its words only, bash reads what was wanted, and what was put in goes out again', () => {
  const before: string[] = [];
  const after: string[] = [];
  const check = fc.property(
    text,
    fc.array(fc.constantFrom('x=3', 'x=1', 'x', 'x="4 5"'), { maxLength: 4 }),
    (file, wanted) => {
      const was = splitWords(shellValue([{ path: '/f', text: file }], name).text ?? '', names('x'));
      const changed = setShellWords([{ path: '/f', text: file }], name, names('x'), wanted);
      if (changed === undefined) return;
      const now = changed[0]?.text ?? file;
      const value = shellValue([{ path: '/f', text: now }], name).text ?? '';
      assert.deepEqual(splitWords(value, names('x')), { meant: wanted, others: was.others });
      before.push(file);
      after.push(now);
      const back = setShellWords([{ path: '/f', text: now }], name, names('x'), was.meant);
      const again = shellValue([{ path: '/f', text: back?.[0]?.text ?? now }], name).text ?? '';
      assert.deepEqual(splitWords(again, names('x')), was);
      // what was there stays there; a bare value gets its quotes
      const isQuoted = parseShellAssignments(file).every(({ parts }) => parts.every(({ quote }) => quote !== 'none'));
      if (was.meant.length <= wanted.length && was.meant.length > 0 && isQuoted)
        assert.equal(back?.[0]?.text ?? now, file);
    },
  );
  fc.assert(check, { numRuns: 400, examples: [[`${name}="x=1"\n${name}+="x=2"\n`, ['x=3']]] });
  const said = askBash([...before, ...after]);
  for (const [at, file] of [...before, ...after].entries())
    assert.equal(said[at], shellValue([{ path: '/f', text: file }], name).text, file);
});
