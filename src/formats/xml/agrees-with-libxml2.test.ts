import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { XmlDocument as LibxmlDocument, XmlLibError } from 'libxml2-wasm';
import { parseXml } from '#formats/xml/parse-xml';
import { XmlError } from '#formats/xml/xml-error';
import { xmlFiles } from '../../../test/xml-files.js';

const unsure = 'unsure';
const aboutNamespaces =
  /^(?:Namespace|xmlns|xml namespace prefix|reuse of the xmlns|redefinition of the xmlns|Failed to parse QName|colons are forbidden)/;

/**
 * What libxml2, the parser behind libvirt, finds wrong; undefined for well-formed. An undeclared prefix is no fault for
 * libvirt nor for us; but after one libxml2 no longer reports every other fault, so then the answer is `unsure`.
 */
function libxml2Says(text: string): string | undefined {
  try {
    LibxmlDocument.fromString(text).dispose();
    return undefined;
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    if (error.details.length === 0) return error.message || 'refused';
    const faults = error.details.filter(({ message }) => !aboutNamespaces.test(message));
    return faults[0] ? `${faults[0].line}: ${faults[0].message.trim()}` : unsure;
  }
}

function weSay(text: string): XmlError | undefined {
  try {
    parseXml(text, { file: 'x.xml' });
    return undefined;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return error;
  }
}

const files = xmlFiles();
const skip = files.length === 0 ? 'no shared data' : false;

/** Asserts that both take the text or both refuse it. */
function agree(text: string, name: string): void {
  const ours = weSay(text);
  const theirs = libxml2Says(text);
  if (theirs === unsure) return;
  assert.equal(ours === undefined, theirs === undefined, `${name}: we say ${ours?.message}, libxml2 says ${theirs}`);
}

test('libxml2 and we call the same files well-formed, but for those with a DOCTYPE', { skip }, () => {
  for (const { name, text } of files) {
    if (text.includes('<!DOCTYPE')) assert.equal(weSay(text)?.code, 'doctype', name);
    else agree(text, name);
  }
});

const pieces =
  '< > / & &amp; &#10; \' " = <!-- --> -- <![CDATA[ ]]> <?x <a> </a> <a/> \u0001 é 🐧 \u00b7 : - name <?xml'.split(' ');

test('libxml2 and we agree about files with random damage', { skip }, () => {
  const small = files.filter(({ text }) => text.length < 6000 && !text.includes('<!DOCTYPE'));
  const damage = fc.record({
    file: fc.constantFrom(...small),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 400 })),
    put: fc.array(fc.constantFrom(' ', '\n', ...pieces), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(damage, ({ file, at, cut, put }) => {
      const from = Math.floor(at * file.text.length);
      const text = file.text.slice(0, from) + put.join('') + file.text.slice(from + cut);
      // a NUL-free, pairwise whole text, else the two never see the same characters
      if (/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))) return;
      agree(text, `${file.name} from ${from}, cut ${cut}`);
    }),
    { numRuns: 1500 },
  );
});
