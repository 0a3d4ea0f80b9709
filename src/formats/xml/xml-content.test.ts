import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseXml, parseXmlSequence } from '#formats/xml/parse-xml';
import { contentOf, piecesBetween } from '#formats/xml/xml-content';
import type { Span, XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { XmlError } from '#formats/xml/xml-error';
import { xmlFiles } from '../../../test/xml-files.js';

/** All spans of a document in the order of the text: names, attributes, what stands between, pieces, end tags. */
function* spansOf(document: XmlDocument): Generator<Span> {
  const begin = document.text.charCodeAt(document.start) === 0xfeff ? document.start + 1 : document.start;
  if (begin > document.start) yield { start: document.start, end: begin };
  yield* piecesBetween(document, begin, document.root.start);
  yield* spansOfElement(document.root);
  yield* piecesBetween(document, document.root.end, document.end);
}

function* spansOfElement(element: XmlElement): Generator<Span> {
  let at = element.start + 1 + element.name.length;
  yield { start: element.start, end: at };
  for (const { start, valueEnd } of element.attributes) {
    yield { start: at, end: start };
    yield { start, end: valueEnd + 1 };
    at = valueEnd + 1;
  }
  yield { start: at, end: element.openEnd };
  for (const node of contentOf(element)) {
    if (node.kind === 'element') yield* spansOfElement(node.element);
    else yield node;
  }
  if (element.end > element.openEnd) yield { start: element.closeStart, end: element.end };
}

function assertTiles(document: XmlDocument): void {
  let at = document.start;
  for (const span of spansOf(document)) {
    assert.equal(span.start, at);
    assert.ok(span.end > at, `an empty span at ${at}`);
    at = span.end;
  }
  assert.equal(at, document.end);
}

test('the pieces of an element say what they are', () => {
  const { root } = parseXml('<a>t<!-- > --><b/><![CDATA[<c/>]]><?p i?> </a>', { file: 'x' });
  assert.deepEqual(
    contentOf(root).map(node => `${node.kind} ${root.document.sourceOf(node)}`),
    ['text t', 'comment <!-- > -->', 'element <b/>', 'cdata <![CDATA[<c/>]]>', 'instruction <?p i?>', 'text  '],
  );
});

const files = xmlFiles().filter(({ text }) => !text.includes('<!DOCTYPE'));

test('the spans of every shared XML file lie end to end', {
  skip: files.length === 0 ? 'no shared data' : false,
}, () => {
  for (const { name, text } of files) {
    let documents: readonly XmlDocument[];
    try {
      documents = parseXmlSequence(text, { file: name });
    } catch (error) {
      // templates that are no XML; agrees-with-libxml2.test.ts holds us to libxml2 about them
      assert.ok(error instanceof XmlError);
      continue;
    }
    documents.forEach(assertTiles);
    assert.equal(documents.map(document => document.sourceOf(document)).join(''), text);
  }
});

const name = fc.constantFrom('a', 'disk', 'qemu:arg', 'ä', 'x-1', '_');
const blank = fc.constantFrom('', ' ', '\n  ', '\r\n', '\t');
const words = fc.string({ unit: fc.constantFrom('x', ' ', 'é', '🐧', '&amp;', '&#10;', '\r\n', '>') });
const attributes = fc
  .uniqueArray(fc.tuple(name, fc.constantFrom('"', "'"), words, fc.constantFrom(' ', '\n ')), {
    selector: ([key]) => key,
  })
  .map(all => all.map(([key, quote, value, space]) => `${space}${key}=${quote}${value}${quote}`).join(''));
const { element } = fc.letrec<{ element: string; content: string }>(tie => ({
  element: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(name, attributes, blank).map(([tag, list, space]) => `<${tag}${list}${space}/>`),
    fc
      .tuple(name, attributes, blank, tie('content'))
      .map(([tag, list, space, inner]) => `<${tag}${list}${space}>${inner}</${tag}${space}>`),
  ),
  content: fc
    .array(fc.oneof(words, fc.constantFrom('<!-- <a> -->', '<![CDATA[<a>&]]>', '<?p x?>'), tie('element')), {
      maxLength: 5,
    })
    .map(all => all.join('')),
}));

test('the spans of any document lie end to end', () => {
  const misc = fc.constantFrom('', '\n', '<!-- c -->\r\n', '<?p?>');
  const begin = fc.constantFrom('', '\ufeff', "<?xml version='1.0' encoding='utf-8'?>\n");
  fc.assert(
    fc.property(begin, misc, element, misc, (start, before, root, after) => {
      assertTiles(parseXml(start + before + root + after, { file: 'x' }));
    }),
  );
});

test('whatever the text, the reader throws nothing but an XmlError', () => {
  const broken = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'<>/!?-[]CDATA&;#x="\' a\n\u0000') }),
  );
  fc.assert(
    fc.property(broken, element, fc.nat(), (noise, root, at) => {
      const from = at % (root.length + 1);
      for (const text of [noise, root.slice(0, from) + noise + root.slice(from)]) {
        try {
          parseXmlSequence(text, { file: 'x' }).forEach(assertTiles);
        } catch (error) {
          assert.ok(error instanceof XmlError, String(error));
        }
      }
    }),
    { numRuns: 2000 },
  );
});
