import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { rulePage } from '#report/docs/rule-page';
import { explainText } from '#report/human/explain-text';
import { terminalStyle } from '#report/human/style';
import { ruleSheet } from '#report/rule-sheet';
import { rules } from '#rules/index.gen';
import { reads } from '#rules/reads.gen';
import { sections } from '#rules/sections';

const titles = new Map(sections);

test('a page and explain say the same of each rule, and all of it', () => {
  const bare = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('\\|', '|').replaceAll(/\s+/g, ' ');
  for (const rule of rules) {
    const sheet = ruleSheet(rule, reads[rule.id] ?? [], titles);
    const page = bare(rulePage(sheet));
    const told = bare(explainText(sheet, terminalStyle(false, 100)));
    const texts = [
      sheet.id,
      sheet.says,
      sheet.because,
      ...sheet.guide.flatMap(({ number, title }) => [number, title]),
      ...sheet.facts.flat(),
      ...sheet.parts.flatMap(({ rows }) => rows.flat()),
    ];
    for (const text of texts) {
      assert.ok(page.includes(bare(text).trim()), `the page of ${rule.id} lacks: ${text}`);
      assert.ok(told.includes(bare(text).trim()), `explain ${rule.id} lacks: ${text}`);
    }
  }
});

test('what a rule reads is known of each that check judges', () => {
  assert.deepEqual(
    rules.filter(({ id, judgedBy }) => judgedBy !== 'gate' && (reads[id] ?? []).length === 0).map(({ id }) => id),
    [],
  );
});

test('each section of the guide has a page, which names its rules', () => {
  for (const [number] of sections) {
    const page = readFileSync(`docs/guide/${number}.md`, 'utf8');
    for (const rule of rules.filter(({ guide }) => guide.includes(number)))
      assert.ok(page.includes(`../rules/${rule.id}.md`), `${number} lacks ${rule.id}`);
  }
  const beyond = readFileSync('docs/guide/beyond.md', 'utf8');
  for (const rule of rules.filter(({ guide }) => guide.length === 0))
    assert.ok(beyond.includes(`../rules/${rule.id}.md`), rule.id);
});

test('no link in the documentation leads nowhere', () => {
  const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name));
  const broken: string[] = [];
  let links = 0;
  for (const page of [...pages, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']) {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:|^#/.test(target)) continue;
      links++;
      if (!existsSync(join(dirname(page), target.replace(/#.*$/, '')))) broken.push(`${page}: ${target}`);
    }
  }
  assert.ok(links > 500, `${links} links`);
  assert.deepEqual(broken, []);
});
