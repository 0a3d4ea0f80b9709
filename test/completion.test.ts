import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { commandTree } from '#cli/command-tree';
import { placesOf } from '#cli/completion/value-kinds';
import { makeProgram } from '#cli/program';
import { rules } from '#rules/index.gen';
import { completeInBash, completeInFish, noProgram, openTerminal, type ShellFolder, shellFolder } from './shells.js';

let place: ShellFolder;
before(async () => {
  place = await shellFolder(mkdtempSync(join(tmpdir(), 'nearmetal-shells-')));
  const domain = (name: string): string =>
    `<domain type='kvm'><name>${name}</name><memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`;
  writeFileSync(join(place.folder, 'odd.xml'), domain('my web'));
  writeFileSync(join(place.folder, 'web.xml'), domain('web01'));
});
after(() => rmSync(place.folder, { recursive: true }));

test('of every place that takes a value it is known what fits', () => {
  const places = placesOf(commandTree(makeProgram(() => undefined)));
  assert.ok(places.length > 30);
  assert.deepEqual(
    places.filter(({ value }) => value === undefined).map(one => one.place),
    [],
    'name the value in src/cli/completion/value-kinds.ts',
  );
});

/** A line, and the candidates for its end. `=` and `:` cut words in bash alone. */
const lines: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['nearmetal ch', ['check']],
  ['nearmetal check --fo', ['--format']],
  ['nearmetal check --fail-on ', ['error', 'warning', 'info', 'hint', 'none']],
  ['nearmetal check --rule numa/ksm', ['numa/ksm-merge-across-nodes']],
  ['nearmetal check --strict --rule numa --fail-on e', ['error']],
  ['nearmetal check --intent lat', ['latency']],
  ['nearmetal check web.xml --guest ', ['web01']],
  ['nearmetal check web.xml --guest=web01 --policy g', ['guide']],
  ['nearmetal explain 4.1.3', ['4.1.3', '4.1.3.1']],
  ['nearmetal explain 4.1.3 xen/em', ['xen/emulator-i386']],
  ['nearmetal facts --as r', ['root']],
  ['nearmetal completion ', ['bash', 'zsh', 'fish']],
  ['nearmetal check we', ['web.xml']],
];

test('bash completes', { skip: noProgram('bash') }, async () => {
  for (const [line, words] of lines) assert.deepEqual(await completeInBash(place, line), words, line);
  const cut: readonly (readonly [line: string, words: readonly string[]])[] = [
    ['nearmetal check --format=js', ['json']],
    ['nearmetal check --connect qemu:///sys', ['///system']],
    ['nearmetal check --connect=qemu:///ses', ['///session']],
    ['nearmetal check --intent web01=lat', ['latency']],
    ['nearmetal check --intent=web01=lat', ['latency']],
    ['nearmetal check web.xml --intent w', ['web01=']],
    ['nearmetal check -- --ch', []],
    ['nearmetal completion bash ', []],
  ];
  for (const [line, words] of cut) assert.deepEqual(await completeInBash(place, line), words, line);
  const all = await completeInBash(place, 'nearmetal check --rule numa');
  assert.deepEqual(all, ['numa', ...rules.map(({ id }) => id).filter(id => id.startsWith('numa'))]);
});

test('fish completes', { skip: noProgram('fish') }, async () => {
  for (const [line, words] of lines)
    assert.deepEqual([...(await completeInFish(place, line))].sort(), [...words].sort(), line);
  assert.deepEqual(await completeInFish(place, 'nearmetal check --format=js'), ['--format=json']);
  assert.deepEqual(await completeInFish(place, 'nearmetal check --connect qemu:///sys'), ['qemu:///system']);
  assert.deepEqual(await completeInFish(place, 'nearmetal check web.xml --intent web01=lat'), ['web01=latency']);
  assert.deepEqual(await completeInFish(place, 'nearmetal completion bash '), []);
});

test('zsh completes at a terminal', { skip: noProgram('zsh', 'script') }, async () => {
  const terminal = openTerminal(place, 'zsh -f -i');
  try {
    await terminal.type(
      `PS1='> '; fpath=(${place.folder} $fpath); autoload -Uz compinit; compinit -D -u; LISTMAX=999; echo re''ady\n`,
      /ready/,
    );
    await terminal.type('nearmetal ch\t', /nearmetal check /);
    await terminal.type('--fo\t', /--format=/);
    await terminal.type('js\t', /json/);
    await terminal.type('--rule numa/ksm\t', /numa\/ksm-merge-across-nodes/);
    await terminal.type('--intent lat\t', /latency/);
    await terminal.type('--fail-on e\t', /error/);
    await terminal.type('web.x\t', /web\.xml/);
    await terminal.type('--guest we\t', /web01/);
    await terminal.type('--connect qemu:///sys\t', /qemu:\/\/\/system/);
    await terminal.type('\u0015nearmetal explain 4.1.3\t', /4\.1\.3\.1 +-- Managing domain-0 memory/);
    await terminal.type('\u0015nearmetal completion \t', /bash\s+fish\s+zsh/);
  } finally {
    await terminal.close();
  }
});

test('bash completes at a terminal', { skip: noProgram('bash', 'script') }, async () => {
  const terminal = openTerminal(place, 'bash --noprofile --norc -i');
  try {
    await terminal.type(
      `PS1='> '; bind 'set bell-style none'; source ${place.folder}/nearmetal.bash; echo re''ady\n`,
      /ready/,
    );
    await terminal.type('nearmetal ch\t', /check /);
    await terminal.type('--format=js\t', /json /);
    await terminal.type('--connect qemu:///sys\t', /qemu:\/\/\/system /);
    await terminal.type('--rule numa/ksm\t', /numa\/ksm-merge-across-nodes /);
    await terminal.type('\u0015nearmetal check odd.xml --guest m\t', /my\\ web /);
  } finally {
    await terminal.close();
  }
});

test('what stands in the script costs no noticeable time', { skip: noProgram('bash') }, async t => {
  const times: number[] = [];
  for (let at = 0; at < 9; at++) {
    const started = performance.now();
    await completeInBash(place, 'nearmetal check --rule numa/ksm');
    times.push(performance.now() - started);
  }
  const median = times.sort((one, other) => one - other)[4] ?? Number.POSITIVE_INFINITY;
  t.diagnostic(`${median.toFixed(0)} ms with the start of bash`);
  assert.ok(median < 400, `${median} ms`);
});

test('the scripts are sound', { skip: noProgram('shellcheck', 'bash') }, () => {
  execFileSync('shellcheck', ['--shell=bash', '--severity=warning', join(place.folder, 'nearmetal.bash')]);
});
