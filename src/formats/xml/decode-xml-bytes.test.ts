import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeXmlBytes } from '#formats/xml/decode-xml-bytes';
import { parseXml } from '#formats/xml/parse-xml';
import { attribute } from '#formats/xml/xml-tree';

const file = 'guest.xml';
const latin1 = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0));

test('UTF-8 with and without a byte order mark comes back to the same bytes', () => {
  for (const text of ["<a b='é🐧'/>", "\ufeff<a b='é🐧'/>", "<?xml version='1.0' encoding='UTF-8'?><a/>"]) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(decodeXmlBytes(bytes, { file }), text);
    assert.deepEqual(new TextEncoder().encode(decodeXmlBytes(bytes, { file })), bytes);
  }
});

test('UTF-16 and declared Latin-1 are read', () => {
  const source = "<a b='é'/>";
  for (const text of [`\ufeff${source}`, source]) {
    const little = new Uint8Array(new Uint16Array([...text].map(char => char.charCodeAt(0))).buffer);
    assert.equal(decodeXmlBytes(little, { file }), text);
    const big = Uint8Array.from(little, (_, index) => little[index ^ 1] ?? 0);
    assert.equal(decodeXmlBytes(big, { file }), text);
  }
  const declared = decodeXmlBytes(latin1(`<?xml version="1.0" encoding="ISO-8859-1"?>${source}`), { file });
  assert.equal(attribute(parseXml(declared, { file }).root, 'b'), 'é');
});

test('bytes that are no UTF-8 are named with their place', () => {
  assert.throws(() => decodeXmlBytes(latin1("<a>\n <b c='é'/></a>"), { file }), {
    code: 'encoding',
    file,
    line: 2,
    column: 8,
  });
});

test('other encodings and files that are too large are refused', () => {
  const koi8 = latin1('<?xml version="1.0" encoding="KOI8-R"?><a/>');
  assert.throws(() => decodeXmlBytes(koi8, { file }), { code: 'encoding', message: /koi8-r/ });
  assert.throws(() => decodeXmlBytes(new Uint8Array(65 * 2 ** 20), { file }), { code: 'too-large' });
});
