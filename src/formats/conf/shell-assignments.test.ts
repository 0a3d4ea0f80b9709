import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ShellSyntaxError } from '#formats/conf/shell-assignment';
import { parseShellAssignments } from '#formats/conf/shell-assignments';
import { evaluateShell } from '#formats/conf/shell-variables';

const variables = (...texts: readonly string[]) =>
  evaluateShell(texts.map((text, at) => ({ file: `/f${at}`, assignments: parseShellAssignments(text) })));
const values = (...texts: readonly string[]) =>
  Object.fromEntries([...variables(...texts)].map(([name, variable]) => [name, variable.text]));

test('quotes, comments and continued lines are those of the shell', () => {
  assert.deepEqual(
    values(`
# comment
GRUB_DEFAULT=0   # trailing
GRUB_CMDLINE_LINUX_DEFAULT="quiet splash  x=\\"a b\\""
GRUB_CMDLINE_LINUX='it''s $HOME'
A=one\\
two; B=3
export C=4
D=
E=a#b
F="one \\
two"
`),
    {
      GRUB_DEFAULT: '0',
      GRUB_CMDLINE_LINUX_DEFAULT: 'quiet splash  x="a b"',
      GRUB_CMDLINE_LINUX: 'its $HOME',
      A: 'onetwo',
      B: '3',
      C: '4',
      D: '',
      E: 'a#b',
      F: 'one two',
    },
  );
});

test('values refer to earlier ones, also of an earlier file, and += adds', () => {
  const found = variables('L="quiet"\nL+=" a=1"\n', `L="$L b=2 \${NOTHING}c"\n`);
  assert.equal(found.get('L')?.text, 'quiet a=1 b=2 c');
  assert.deepEqual(
    found.get('L')?.setBy.map(place => `${place.file}:${place.line}`),
    ['/f0:1', '/f0:2', '/f1:1'],
  );
});

test('what only a shell can tell is undefined, not guessed', () => {
  assert.deepEqual(
    values(`
GRUB_DISTRIBUTOR=\`lsb_release -i -s 2> /dev/null || echo Debian\`
A=$(cat /x "$(y)") # z
B=1
if [ -f /etc/x ]; then
  B=2
fi
C=3
[ -f /x ] && C=4
D=5
case $HOSTNAME in a*) D=6;; esac
E=\${B#x}
F=8 make
G="$A tail"
H=9
setup() {
  H=10
}
I=11
`),
    {
      GRUB_DISTRIBUTOR: undefined,
      A: undefined,
      B: undefined,
      C: undefined,
      D: undefined,
      E: undefined,
      G: undefined,
      H: undefined,
      I: '11',
    },
  );
});

test('the line that tuned adds to /etc/default/grub is understood', () => {
  const line = `L="\${L:+$L }\\$tuned_params"\n`;
  assert.equal(values('L="quiet a=1"\n', line)['L'], 'quiet a=1 $tuned_params');
  assert.equal(values(line)['L'], '$tuned_params');
  assert.deepEqual(values(`A=\${B:-x}\nB=1\nC=\${B:-x}\nD="\${B:+\${B} y}"\nE=\${B:+a b}\n`), {
    A: 'x',
    B: '1',
    C: '1',
    D: '1 y',
    E: undefined,
  });
});

test('pieces know their line and column', () => {
  const found = variables('A="one"\nB="x $A\ny"\n');
  assert.deepEqual(
    found.get('B')?.pieces.map(({ text, place }) => [text, place.line, place.column]),
    [
      ['', 2, 4],
      ['x ', 2, 4],
      ['', 1, 4],
      ['one', 1, 4],
      ['\ny', 2, 8],
    ],
  );
});

test('a quote that does not end is an error with its line', () => {
  for (const [text, line] of [
    ['A=1\nB="x', 2],
    ["A='x\n\n", 1],
    ['A=$(x', 1],
    ['\n\nA=`x', 3],
  ] as const)
    assert.throws(
      () => parseShellAssignments(text),
      (error: unknown) => error instanceof ShellSyntaxError && error.line === line,
    );
});

test('any text ends in assignments or a ShellSyntaxError, soon', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: fc.constantFrom(...'aA=+"\'\\$`(){};&|#\n \tif') }), text => {
      try {
        evaluateShell([{ file: '/f', assignments: parseShellAssignments(text) }]);
      } catch (error) {
        assert.ok(error instanceof ShellSyntaxError);
      }
    }),
  );
  const before = performance.now();
  parseShellAssignments(`A=${'x'.repeat(2_000_000)}\n${'B=1;'.repeat(100_000)}`);
  const doubled = variables(`A=xxxxxxxxxxxxxxxx\n${'A="$A$A"\n'.repeat(60)}`);
  assert.equal(doubled.get('A')?.text, undefined);
  assert.ok(performance.now() - before < 30_000);
});
