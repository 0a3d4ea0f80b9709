import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { type CommandNode, commandTree } from '#cli/command-tree';
import { environment, examples } from '#cli/manual/manual-prose';
import { makeProgram } from '#cli/program';
import { noProgram } from './shells.js';
import { sourceFiles } from './source-files.js';

const page = 'man/nearmetal.1';
const tree = commandTree(makeProgram(() => undefined));

/** All commands that can be run. */
const commandsBelow = (node: CommandNode): readonly CommandNode[] =>
  node.commands.flatMap(one => (one.commands.length > 0 ? commandsBelow(one) : [one]));

test('mandoc finds nothing wrong with the manual page', { skip: noProgram('mandoc') }, () => {
  const { stdout, status } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

test('man shows it, with every command and every option', { skip: noProgram('man') }, () => {
  const text = execFileSync('man', ['--local-file', page], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], MANPAGER: 'cat', MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
  });
  const commands = commandsBelow(tree);
  assert.ok(commands.length > 6);
  for (const command of commands) {
    const heading = text.indexOf(`\n   ${command.path.join(' ')}\n`);
    assert.ok(heading > 0, command.path.join(' '));
    for (const { long } of command.options) assert.ok(text.includes(long), `${command.name} ${long}`);
  }
  for (const title of ['NAME', 'SYNOPSIS', 'COMMANDS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS', 'EXAMPLES'])
    assert.match(text, new RegExp(`^${title}$`, 'm'));
});

test('each example is a command line that the program takes', () => {
  for (const line of examples.flatMap(([, lines]) => lines)) {
    const [program, ...words] = line.replace(/ [|>].*$/, '').split(/\s+/);
    assert.equal(program, 'nearmetal', line);
    let command = tree;
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? '';
      const next = command.commands.find(({ name }) => name === word);
      if (next !== undefined) {
        command = next;
        continue;
      }
      if (!word.startsWith('-')) continue;
      const option = command.options.find(({ long, short }) => long === word || short === word);
      assert.ok(option !== undefined, `${line}: ${word}`);
      if (option.value === undefined) continue;
      const value = words[++at];
      assert.ok(option.choices === undefined || option.choices.includes(value ?? ''), `${line}: ${word} ${value}`);
    }
    assert.ok(command !== tree, line);
  }
});

test('each variable of the environment that is read stands in the page, and no other', () => {
  // of the launcher and of programs that are started
  const inner = new Set(['PATH', 'NEARMETAL_LAUNCHER', 'TERM']);
  const read = new Set<string>();
  for (const path of sourceFiles()) {
    const text = readFileSync(path, 'utf8');
    for (const [, name = ''] of text.matchAll(/\b(?:env|environment)(?:\['|\.)([A-Z][A-Z_]+)/g)) read.add(name);
    for (const [, names = ''] of text.matchAll(/\{([A-Z_, ]+)\} = (?:process\.env|environment)\b/g))
      for (const name of names.split(',')) read.add(name.trim());
  }
  const told = environment.flatMap(([names]) => names.split(' , '));
  assert.deepEqual([...read].filter(name => !inner.has(name)).sort(), [...told].sort());
});
