import assert from 'node:assert/strict';
import test from 'node:test';
import { sectionNumber, viewSection } from '#cli/explain-section';
import { makeProgram } from '#cli/program';
import { sectionText } from '#report/human/section-text';
import { terminalStyle } from '#report/human/style';
import { rules } from '#rules/index.gen';
import { sectionTools } from '#rules/section-tools';
import { sections } from '#rules/sections';

test('a section is named by its number, with or without a word before it', () => {
  assert.deepEqual(['7.4', '§7.4', '§ 7.4', 'section 7.4', '7.4.', '1'].map(sectionNumber), [
    '7.4',
    '7.4',
    '7.4',
    '7.4',
    '7.4',
    '1',
  ]);
  assert.deepEqual(['8', '4.7', 'thp', ''].map(sectionNumber), [undefined, undefined, undefined, undefined]);
});

test('every section reads as its title, its rules, its commands and its errata', () => {
  for (const [number, title] of sections) {
    const text = sectionText(viewSection(number, rules), terminalStyle(false, 100));
    assert.ok(text.startsWith(`${number}  ${title}`), number);
    assert.doesNotMatch(text, /undefined|\[object|NaN| $/m, number);
    for (const line of text.split('\n')) assert.ok(line.length <= 100 || !line.trim().includes(' '), line);
    for (const { id } of rules.filter(rule => rule.guide.includes(number)))
      assert.ok(text.includes(id), `${number} ${id}`);
    for (const { command } of sectionTools[number] ?? []) assert.ok(text.includes(command));
  }
});

test('commands that go with a section are commands that there are', () => {
  const known = makeProgram(() => undefined).commands.map(command => command.name());
  const numbers = sections.map(([number]) => number);
  for (const [number, tools] of Object.entries(sectionTools)) {
    assert.ok(numbers.includes(number), number);
    for (const { command } of tools) assert.ok(known.includes(command.split(' ')[1] ?? ''), command);
  }
});
