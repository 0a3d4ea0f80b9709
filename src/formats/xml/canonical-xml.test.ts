import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalXml } from '#formats/xml/canonical-xml';
import { parseXml } from '#formats/xml/parse-xml';

const canonical = (xml: string, without: readonly string[] = []): string =>
  canonicalXml(parseXml(xml, { file: 'test' }).root, { without: new Set(without) });

test('layout, comments, quotes, the order of attributes and how characters are written do not count', () => {
  const one = `<a x='1' y="2">\n  <!-- said -->\n  <b>t&#45;u</b>\n  <c/>\n</a>`;
  assert.equal(canonical(one), canonical(`<a y='2' x='1'><b>t-u</b><c></c></a>`));
});

test('names, values, texts and the order of elements do', () => {
  const one = canonical(`<a x='1'><b>t</b><c/></a>`);
  for (const other of [
    `<a x='2'><b>t</b><c/></a>`,
    `<a><b>t</b><c/></a>`,
    `<a x='1'><b>u</b><c/></a>`,
    `<a x='1'><c/><b>t</b></a>`,
    `<a x='1'><b>t</b></a>`,
    `<a x='1'><b>t<c/></b></a>`,
  ])
    assert.notEqual(canonical(other), one, other);
});

test('elements that do not count are left out wherever they stand', () => {
  assert.equal(canonical(`<a><b><alias name='x'/></b></a>`, ['alias']), canonical('<a><b/></a>'));
});
