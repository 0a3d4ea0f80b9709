import assert from 'node:assert/strict';
import test from 'node:test';
import { readDefinition } from '#collect/guest/read-definition';
import { SeenElements } from '#formats/xml/seen-elements';
import { sharedData } from './shared-data.js';
import { xmlFiles } from './xml-files.js';

const skip = sharedData === undefined ? 'no shared data' : false;

/** All that can be read of a value, in words: maps and sets too. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => {
    if (one instanceof Map) return { map: [...one] };
    if (one instanceof Set) return { set: [...one] };
    if (typeof one === 'bigint') return `${one}n`;
    return one;
  });

test('a definition says the same whether its elements were seen in others before or not', { skip }, t => {
  const seen = new SeenElements();
  const texts = xmlFiles().filter(({ text }) => /<domain[\s>]/.test(text));
  assert.ok(texts.length > 100, `${texts.length} files`);
  // the second time most elements were seen, the third time those of each text just now
  for (const { name, text } of [...texts, ...texts, ...texts.flatMap(one => [one, one])]) {
    const from = { source: name, isFile: true };
    assert.equal(shown(readDefinition(text, from, seen)), shown(readDefinition(text, from)), name);
  }
  t.diagnostic(`${texts.length} definitions, each read four times after others`);
});
