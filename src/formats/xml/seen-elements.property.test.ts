import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseXml } from '#formats/xml/parse-xml';
import { SeenElements } from '#formats/xml/seen-elements';
import type { XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { text } from '#formats/xml/xml-tree';

/** Pieces that make up well-formed documents now and then, and broken ones more often. */
const piece = fc.constantFrom(
  ...["<a b='1'>", "<a b='1' c='x>y'>", "<a b='x>", "' c='d'/>", '</a>', "<d e='&amp;'/>", "<d  e='2'></d>", '<d/>'],
  ...[
    'text',
    '&lt;',
    '<!-- <d/> -->',
    '<![CDATA[<d/>]]>',
    "<a b='1' b='2'>",
    '<a',
    '>',
    '<',
    '\n  ',
    "<e f='v' g='w'/>",
  ],
);
const source = fc
  .array(piece, { maxLength: 14 })
  .map(pieces => `<root>${pieces.join('')}${pieces.includes('</a>') ? '' : '</root>'}`);
/** Elements that close, so that texts are seen again. */
const element = fc.constantFrom(
  ...[
    "<a b='1'><d/></a>",
    "<a b='1' c='x>y'><d e='&amp;'/>t</a>",
    '<d/>',
    "<d  e='2'></d>",
    "<a><a b='1'><e f='v' g='w'/></a></a>",
  ],
);
const whole = fc.array(element, { maxLength: 6 }).map(elements => `<root>${elements.join('\n')}</root>`);

/** All that a reader of an element can ask for. */
const told = (one: XmlElement): unknown => ({
  ...{ name: one.name, start: one.start, openEnd: one.openEnd, closeStart: one.closeStart, end: one.end },
  ...{ attributes: one.attributes, text: text(one), children: one.children.map(told) },
});

function read(from: string, seen?: SeenElements): unknown {
  try {
    return told(parseXml(from, { file: 'a.xml', seen }).root);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return error.message;
  }
}

test('a document says the same, or is refused for the same, whatever was read before it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(source, whole), { minLength: 1, maxLength: 8 }), documents => {
      const seen = new SeenElements();
      for (const one of [...documents, ...documents]) assert.deepEqual(read(one, seen), read(one), one);
    }),
    { numRuns: 400 },
  );
});
