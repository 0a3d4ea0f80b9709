import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { editXml, invertEdits } from '#formats/xml/edit-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { type XmlEdit, XmlEditError } from '#formats/xml/xml-edit';
import { XmlError } from '#formats/xml/xml-error';
import { elementAt, pathOf } from '#formats/xml/xml-path';
import { attribute, attributeValue, text } from '#formats/xml/xml-tree';
import { xmlFiles } from '../../../test/xml-files.js';

const documents: readonly XmlDocument[] = ['virt-manager', 'vdsm', 'libguestfs', 'virt-v2v']
  .flatMap(folder => xmlFiles(folder))
  .flatMap(file => [file, { ...file, name: `${file.name} with CRLF`, text: file.text.replaceAll('\n', '\r\n') }])
  .flatMap(file => {
    try {
      return [parseXml(file.text, { file: file.name })];
    } catch (error) {
      // several documents in one file, or a template
      assert.ok(error instanceof XmlError);
      return [];
    }
  });
const skip = documents.length === 0 ? 'no shared data' : false;

function allOf(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(allOf)];
}

/** What an element says, apart from how it is written. */
interface Meaning {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Meaning[];
}

function meaningOf(element: XmlElement): Meaning {
  return {
    name: element.name,
    attributes: Object.fromEntries(element.attributes.map(found => [found.name, attributeValue(element, found)])),
    text: text(element),
    children: element.children.map(meaningOf),
  };
}

/** Asserts that nothing outside the element's own text changed. */
function assertOnlyWithin(element: XmlElement, edited: string): void {
  const source = element.document.text;
  assert.equal(edited.slice(0, element.start), source.slice(0, element.start), 'before');
  assert.equal(edited.slice(edited.length - (source.length - element.end)), source.slice(element.end), 'after');
}

function assertUndone(document: XmlDocument, edits: readonly XmlEdit[], edited: string): void {
  const back = JSON.parse(JSON.stringify(invertEdits(document, edits))) as readonly XmlEdit[];
  assert.equal(editXml(parseXml(edited, { file: 'edited' }), back), document.text);
}

const word = fc.string({
  unit: fc.constantFrom('a', '1', ' ', '<', '>', '&', "'", '"', 'é', '🐧', ']', '\n', '\t', '\r'),
});
const place = fc.record({ document: fc.nat(), element: fc.nat() }).map(pick => {
  const document = documents[pick.document % documents.length];
  assert.ok(document);
  const all = allOf(document.root);
  return all[pick.element % all.length] ?? document.root;
});
const newElement = fc.constantFrom(
  '<new/>',
  "<new a='1'><b/>\n <!-- c -->\n<c>t  t</c></new>",
  '<new>text\n more</new>',
  '<q:new xmlns:q="u"/>',
);

test('a set attribute reads back as set, and nothing else changes', { skip }, () => {
  fc.assert(
    fc.property(place, word, fc.boolean(), (element, value, isNew) => {
      const name = isNew ? 'new' : (element.attributes[0]?.name ?? 'new');
      const edits: readonly XmlEdit[] = [{ do: 'set-attribute', at: pathOf(element), name, value }];
      const edited = editXml(element.document, edits);
      assertOnlyWithin(element, edited);
      const again = elementAt(parseXml(edited, { file: 'edited' }), pathOf(element));
      assert.ok(again);
      assert.equal(attribute(again, name), value);
      const before = meaningOf(element);
      assert.deepEqual(meaningOf(again), { ...before, attributes: { ...before.attributes, [name]: value } });
      assertUndone(element.document, edits, edited);
    }),
    { numRuns: 400 },
  );
});

test('a removed attribute is gone, and nothing else changes', { skip }, () => {
  fc.assert(
    fc.property(place, fc.nat(), (element, pick) => {
      const found = element.attributes[pick % Math.max(1, element.attributes.length)];
      fc.pre(found !== undefined && !found.name.startsWith('xmlns'));
      const edits: readonly XmlEdit[] = [{ do: 'remove-attribute', at: element, name: found.name }];
      const edited = editXml(element.document, edits);
      assertOnlyWithin(element, edited);
      const again = elementAt(parseXml(edited, { file: 'edited' }), pathOf(element));
      assert.ok(again);
      const before = meaningOf(element);
      const attributes = Object.fromEntries(Object.entries(before.attributes).filter(([name]) => name !== found.name));
      assert.deepEqual(meaningOf(again), { ...before, attributes });
      assertUndone(element.document, edits, edited);
    }),
    { numRuns: 300 },
  );
});

test('a set text reads back as set, and nothing else changes', { skip }, () => {
  fc.assert(
    fc.property(place, word, (element, value) => {
      fc.pre(element.children.length === 0);
      const edits: readonly XmlEdit[] = [{ do: 'set-text', at: pathOf(element), text: value }];
      const edited = editXml(element.document, edits);
      assertOnlyWithin(element, edited);
      const again = elementAt(parseXml(edited, { file: 'edited' }), pathOf(element));
      assert.ok(again);
      assert.equal(text(again), value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
      assertUndone(element.document, edits, edited);
    }),
    { numRuns: 400 },
  );
});

test('a new element stands where it was asked for, and nothing else changes', { skip }, () => {
  fc.assert(
    fc.property(place, newElement, fc.nat(), (parent, xml, pick) => {
      const { children } = parent;
      const index = pick % (children.length + 1);
      const next = children[index];
      const name = next && stepTo(next);
      const edits: readonly XmlEdit[] = [
        { do: 'insert', into: parent, xml, spot: name === undefined ? 'last' : { before: name } },
      ];
      const edited = editXml(parent.document, edits);
      assertOnlyWithin(parent, edited);
      const again = elementAt(parseXml(edited, { file: 'edited' }), pathOf(parent));
      assert.ok(again);
      const before = meaningOf(parent);
      const added = meaningOf(parseXml(xml, { file: 'new' }).root);
      assert.deepEqual(meaningOf(again).children, before.children.toSpliced(index, 0, added));
      assert.equal(meaningOf(again).text, before.text);
      for (const [at, sibling] of children.entries()) {
        const same: XmlElement | undefined = again.children[at < index ? at : at + 1];
        assert.equal(same && again.document.sourceOf(same), parent.document.sourceOf(sibling));
      }
      assertUndone(parent.document, edits, edited);
    }),
    { numRuns: 400 },
  );
});

function stepTo(element: XmlElement): string {
  return pathOf(element).slice(pathOf(element).lastIndexOf('/') + 1);
}

test('a removed or replaced element is gone, and nothing else changes', { skip }, () => {
  fc.assert(
    fc.property(place, fc.option(newElement, { nil: undefined }), (element, xml) => {
      const { parent } = element;
      fc.pre(parent !== undefined);
      const index = parent.children.indexOf(element);
      const edits: readonly XmlEdit[] = [
        xml === undefined ? { do: 'remove', at: element } : { do: 'replace', at: element, xml },
      ];
      const edited = editXml(parent.document, edits);
      assertOnlyWithin(parent, edited);
      const again = elementAt(parseXml(edited, { file: 'edited' }), pathOf(parent));
      assert.ok(again);
      const before = meaningOf(parent);
      const added = xml === undefined ? [] : [meaningOf(parseXml(xml, { file: 'new' }).root)];
      assert.deepEqual(meaningOf(again).children, before.children.toSpliced(index, 1, ...added));
      assertUndone(parent.document, edits, edited);
    }),
    { numRuns: 400 },
  );
});

test('any edits together are made and undone, or refused as a whole', { skip }, () => {
  const some = fc.array(fc.record({ kind: fc.nat(5), element: fc.nat(), value: word, xml: newElement }), {
    minLength: 1,
    maxLength: 12,
  });
  let made = 0;
  fc.assert(
    fc.property(place, some, ({ document }, picks) => {
      const all = allOf(document.root);
      const edits = picks.map(({ kind, element, value, xml }): XmlEdit => {
        const at = pathOf(all[element % all.length] ?? document.root);
        if (kind === 0) return { do: 'set-attribute', at, name: 'new', value };
        if (kind === 1) return { do: 'set-text', at, text: value };
        if (kind === 2) return { do: 'remove', at };
        if (kind === 3) return { do: 'replace', at, xml };
        return { do: 'insert', into: at, xml, spot: kind === 4 ? 'first' : 'last' };
      });
      let edited: string;
      try {
        edited = editXml(document, edits);
      } catch (error) {
        assert.ok(error instanceof XmlEditError, String(error));
        return;
      }
      made++;
      assertUndone(document, edits, edited);
    }),
    { numRuns: 800 },
  );
  assert.ok(made > 100, `only ${made} lists of edits fitted together`);
});
