import assert from 'node:assert/strict';
import test from 'node:test';
import { parseXml, parseXmlSequence } from '#formats/xml/parse-xml';
import { XmlError, type XmlErrorCode } from '#formats/xml/xml-error';
import { attribute, child, children, text } from '#formats/xml/xml-tree';

const parse = (source: string) => parseXml(source, { file: 'guest.xml' });

function errorOf(source: string): XmlError {
  try {
    parse(source);
  } catch (error) {
    assert.ok(error instanceof XmlError, `not an XmlError: ${String(error)}`);
    return error;
  }
  assert.fail(`accepted: ${source}`);
}

test('a domain is read with its comment, declaration and white space around it', () => {
  const source =
    "\ufeff<?xml version='1.0' encoding='UTF-8'?>\r\n<!--\r\nWARNING\r\n-->\r\n<domain type='kvm'>\r\n  <name>a&amp;b</name>\r\n</domain>\r\n\r\n";
  const document = parse(source);
  assert.equal(document.root.name, 'domain');
  assert.equal(attribute(document.root, 'type'), 'kvm');
  const name = child(document.root, 'name');
  assert.ok(name);
  assert.equal(text(name), 'a&b');
  assert.deepEqual(document.positionOf(name.start), { line: 6, column: 3 });
  assert.equal(document.sourceOf(name), '<name>a&amp;b</name>');
});

test('columns count code points, lines end at LF, and a byte order mark takes no column', () => {
  const document = parse("\ufeff<a>\r\n<b x='🐧🐧'/><c/></a>");
  assert.deepEqual(document.positionOf(1), { line: 1, column: 1 });
  const c = child(document.root, 'c');
  assert.ok(c);
  assert.deepEqual(document.positionOf(c.start), { line: 2, column: 12 });
  assert.deepEqual(document.positionOf(1), { line: 1, column: 1 }, 'asking backwards works too');
});

test('same-named siblings keep their order, and end tags may hold white space', () => {
  const { root } = parse('<a><b>1</b ><c/><b>2</b\n></a>');
  assert.deepEqual(children(root, 'b').map(text), ['1', '2']);
});

const broken: readonly (readonly [XmlErrorCode, string, number, number])[] = [
  ['empty', '', 1, 1],
  ['empty', '<!-- only a comment -->', 1, 24],
  ['content', 'hello', 1, 1],
  ['content', '<a/><b/>', 1, 5],
  ['content', '<a/>x', 1, 5],
  ['content', '<a/><![CDATA[x]]>', 1, 5],
  ['content', '<a>]]></a>', 1, 4],
  ['content', '<a><![CDATA[x</a>', 1, 4],
  ['content', '<a><!x></a>', 1, 4],
  ['tag', '<a>\n <b>\n</a>', 3, 1],
  ['tag', '<a>\n <b>', 2, 5],
  ['tag', '<a', 1, 3],
  ['tag', '<a b="1"', 1, 9],
  ['tag', '<a></a', 1, 4],
  ['tag', '<a></ab>', 1, 4],
  ['tag', '</a>', 1, 1],
  ['name', '<1a/>', 1, 1],
  ['name', '<a>x < 3</a>', 1, 6],
  ['attribute', "<a b='1' b='2'/>", 1, 10],
  ['attribute', '<a b=1/>', 1, 4],
  ['attribute', '<a b/>', 1, 4],
  ['attribute', "<a b='1'c='2'/>", 1, 9],
  ['attribute', "<a b='<'/>", 1, 7],
  ['attribute', "<a b='1/>", 1, 6],
  ['attribute', "<a ='1'/>", 1, 4],
  ['entity', '<a>&nbsp;</a>', 1, 4],
  ['entity', '<a>&</a>', 1, 4],
  ['entity', '<a>&toString;</a>', 1, 4],
  ['entity', "<a b='&#0;'/>", 1, 7],
  ['entity', '<a>&#xD800;</a>', 1, 4],
  ['character', '<a>\u0001</a>', 1, 4],
  ['character', "<a b='\u0000'/>", 1, 7],
  ['character', '<a>\ud83d</a>', 1, 4],
  ['character', '<a><!--\uffff--></a>', 1, 8],
  ['comment', '<a><!-- x -- y --></a>', 1, 11],
  ['comment', '<a><!-- x', 1, 4],
  ['instruction', ' <?xml version="1.0"?><a/>', 1, 2],
  ['instruction', '<?xml version="1.0" standalone="maybe"?><a/>', 1, 1],
  ['instruction', '<a><?x</a>', 1, 4],
  ['doctype', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 1, 1],
];

for (const [code, source, line, column] of broken) {
  test(`refused as ${code}: ${JSON.stringify(source)}`, () => {
    const error = errorOf(source);
    assert.deepEqual({ code: error.code, line: error.line, column: error.column }, { code, line, column });
    assert.equal(error.file, 'guest.xml');
    assert.ok(error.message.startsWith(`guest.xml:${line}:${column}: `));
    assert.ok(error.doThis.length > 5);
  });
}

test('a billion laughs are refused at the DOCTYPE', () => {
  const laughs =
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [\n <!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n<lolz>&b;</lolz>';
  const error = errorOf(laughs);
  assert.deepEqual([error.code, error.line], ['doctype', 2]);
});

for (const [code, what, source] of [
  ['too-large', '100 MB of nested elements', '<a>'.repeat(33_400_000)],
  ['too-deep', '60 MB of nested elements', '<a>'.repeat(20_000_000)],
  ['too-many', '40 MB of siblings', `<a>${'<b/>'.repeat(10_000_000)}</a>`],
  [
    'too-many',
    'an element with endless attributes',
    `<a ${Array.from({ length: 100_000 }, (_, index) => `a${index}='' `).join('')}/>`,
  ],
] as const) {
  test(`${what} are refused without reading on`, () => {
    const started = performance.now();
    assert.equal(errorOf(source).code, code);
    assert.ok(performance.now() - started < 30_000);
  });
}

test('a message never quotes a value', () => {
  for (const source of [
    "<graphics passwd='hunter2/>",
    "<graphics passwd='a'hunter2='b'/>",
    '<graphics passwd=hunter2/>',
    '<secret>hunter2&x</secret>',
  ]) {
    assert.ok(!errorOf(source).message.includes('hunter2'), source);
  }
});

test('documents one after the other are read apart, and cover the text', () => {
  const source = '<a/>\n<!-- of b -->\n<b/>\n\n<?xml version="1.0"?>\n<c>\n</c>\n<!-- last -->\n';
  const documents = parseXmlSequence(source, { file: 'all.xml' });
  assert.deepEqual(
    documents.map(({ root }) => root.name),
    ['a', 'b', 'c'],
  );
  assert.equal(documents.map(document => document.sourceOf(document)).join(''), source);
  const [, b] = documents;
  assert.deepEqual(b && [b.positionOf(b.root.start), b.sourceOf(b)], [
    { line: 3, column: 1 },
    '<!-- of b -->\n<b/>\n\n',
  ]);
});

test('a fault in a later document is placed in the whole text', () => {
  assert.throws(() => parseXmlSequence('<a/>\n<b>', { file: 'all.xml' }), { code: 'tag', line: 2, column: 4 });
  assert.throws(() => parseXmlSequence('<a/>\nrest', { file: 'all.xml' }), { code: 'content', line: 2, column: 1 });
});
