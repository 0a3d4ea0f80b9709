import assert from 'node:assert/strict';
import test from 'node:test';
import { editXml, invertEdits } from '#formats/xml/edit-xml';
import { parseXml, parseXmlSequence } from '#formats/xml/parse-xml';
import type { XmlEdit } from '#formats/xml/xml-edit';

const guest = `<domain type='kvm'>
  <!-- a comment -->
  <name>g</name>
  <memory  unit="KiB">1024</memory> <!-- small -->

  <vcpu placement='static'>2</vcpu>
  <features/>
  <cpu mode='custom'
       match='exact'></cpu>
  <devices>
    <!-- about the disk -->
    <disk type='file'>
      <target dev='vda'/>
    </disk>
    <disk type='block'/>
  </devices>
</domain>
`;

/** Makes the edits, asserts that their inverse gives the original back, and tells the changed lines as a diff. */
function changed(source: string, ...edits: readonly XmlEdit[]): readonly string[] {
  const document = parseXml(source, { file: 'guest.xml' });
  const edited = editXml(document, edits);
  const back = invertEdits(document, edits);
  const afterJson = JSON.parse(JSON.stringify(back)) as readonly XmlEdit[];
  assert.equal(editXml(parseXml(edited, { file: 'guest.xml' }), afterJson), source, 'the inverse restores every byte');
  return diff(source.split('\n'), edited.split('\n'));
}

function diff(before: readonly string[], after: readonly string[]): readonly string[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const lines = (sign: string, all: readonly string[]) => all.slice(head, all.length - tail).map(line => sign + line);
  return [...lines('-', before), ...lines('+', after)];
}

test('an attribute keeps its quotes and the space around it', () => {
  assert.deepEqual(changed(guest, { do: 'set-attribute', at: '/domain/memory', name: 'unit', value: 'a"<b' }), [
    '-  <memory  unit="KiB">1024</memory> <!-- small -->',
    '+  <memory  unit="a&quot;&lt;b">1024</memory> <!-- small -->',
  ]);
});

test('a new attribute follows the others, quoted like them', () => {
  assert.deepEqual(changed(guest, { do: 'set-attribute', at: '/domain/memory', name: 'slots', value: "1'6" }), [
    '-  <memory  unit="KiB">1024</memory> <!-- small -->',
    '+  <memory  unit="KiB" slots="1\'6">1024</memory> <!-- small -->',
  ]);
  assert.deepEqual(changed(guest, { do: 'set-attribute', at: '/domain/features', name: 'x', value: 'y' }), [
    '-  <features/>',
    "+  <features x='y'/>",
  ]);
});

test('an attribute goes with the space before it', () => {
  assert.deepEqual(changed(guest, { do: 'remove-attribute', at: '/domain/cpu', name: 'match' }), [
    "-  <cpu mode='custom'",
    "-       match='exact'></cpu>",
    "+  <cpu mode='custom'></cpu>",
  ]);
});

test('text is replaced inside its white space and comments', () => {
  assert.deepEqual(changed(guest, { do: 'set-text', at: '/domain/name', text: 'a & b' }), [
    '-  <name>g</name>',
    '+  <name>a &amp; b</name>',
  ]);
  assert.deepEqual(changed('<a>\n  <!-- c -->\n  old <!-- d -->\n</a>', { do: 'set-text', at: '/a', text: 'new' }), [
    '-  old <!-- d -->',
    '+  new <!-- d -->',
  ]);
  assert.deepEqual(changed('<a b="1" />', { do: 'set-text', at: '/a', text: 'new' }), [
    '-<a b="1" />',
    '+<a b="1">new</a>',
  ]);
  assert.deepEqual(changed('<a>\n</a>', { do: 'set-text', at: '/a', text: 'x' }), ['-<a>', '-</a>', '+<a>x</a>']);
  assert.deepEqual(changed('<a><![CDATA[old]]></a>', { do: 'set-text', at: '/a', text: 'x' }), [
    '-<a><![CDATA[old]]></a>',
    '+<a>x</a>',
  ]);
});

test('an empty element opens up for a child, and closes again on the way back', () => {
  assert.deepEqual(
    changed(guest, {
      do: 'insert',
      into: '/domain/features',
      xml: '<hyperv mode="custom"><relaxed state="on"/></hyperv>',
    }),
    [
      '-  <features/>',
      '+  <features>',
      "+    <hyperv mode='custom'>",
      "+      <relaxed state='on'/>",
      '+    </hyperv>',
      '+  </features>',
    ],
  );
  assert.deepEqual(changed(guest, { do: 'insert', into: '/domain/cpu', xml: '<numa/>' }), [
    "-       match='exact'></cpu>",
    "+       match='exact'>",
    '+    <numa/>',
    '+  </cpu>',
  ]);
});

test('a new child stands in schema order, after the line of the child before it', () => {
  const order = ['name', 'memory', 'currentMemory', 'memoryBacking', 'vcpu', 'cputune', 'os'];
  const edits: readonly XmlEdit[] = [
    { do: 'insert', into: '/domain', xml: '<memoryBacking><hugepages/></memoryBacking>', spot: { order } },
    { do: 'insert', into: '/domain', xml: '<currentMemory>1024</currentMemory>', spot: { order } },
  ];
  assert.deepEqual(changed(guest, ...edits), [
    '+  <currentMemory>1024</currentMemory>',
    '+  <memoryBacking>',
    '+    <hugepages/>',
    '+  </memoryBacking>',
  ]);
});

test('a new child stands first, last, before or after a sibling', () => {
  const insert = (spot: Extract<XmlEdit, { do: 'insert' }>['spot']) =>
    changed(guest, { do: 'insert', into: '/domain/devices', xml: '<new/>', ...(spot && { spot }) });
  const plus = ['+    <new/>'];
  assert.deepEqual(insert('first'), plus);
  assert.deepEqual(insert('last'), plus);
  assert.deepEqual(insert(undefined), plus);
  assert.deepEqual(insert({ after: "disk[target/@dev='vda']" }), plus);
  const edited = editXml(parseXml(guest, { file: 'g' }), [
    { do: 'insert', into: '/domain/devices', xml: '<z/>', spot: { before: 'disk[2]' } },
    { do: 'insert', into: '/domain/devices', xml: '<a/>', spot: 'first' },
  ]);
  assert.match(
    edited,
    /<devices>\n {4}<a\/>\n {4}<!-- about the disk -->\n[\s\S]*<\/disk>\n {4}<z\/>\n {4}<disk type='block'\/>/,
  );
});

test('an element goes with its line, and with nothing else where it shares one', () => {
  assert.deepEqual(changed(guest, { do: 'remove', at: '/domain/devices/disk[2]' }), ["-    <disk type='block'/>"]);
  assert.deepEqual(changed(guest, { do: 'remove', at: '/domain/memory' }), [
    '-  <memory  unit="KiB">1024</memory> <!-- small -->',
    '+   <!-- small -->',
  ]);
  assert.deepEqual(changed('<a><b/><c/></a>', { do: 'remove', at: '/a/b' }), ['-<a><b/><c/></a>', '+<a><c/></a>']);
});

test('a document on one line stays on one line', () => {
  assert.deepEqual(changed('<a><b x="1"/></a>', { do: 'insert', into: '/a', xml: "<c y='2'><d/></c>" }), [
    '-<a><b x="1"/></a>',
    '+<a><b x="1"/><c y="2"><d/></c></a>',
  ]);
  assert.deepEqual(changed('<p>mixed <b/> text</p>', { do: 'insert', into: '/p/b', xml: '<i/>' }), [
    '-<p>mixed <b/> text</p>',
    '+<p>mixed <b><i/></b> text</p>',
  ]);
});

test('an element is replaced in its place', () => {
  assert.deepEqual(changed(guest, { do: 'replace', at: '/domain/features', xml: '<features><acpi/></features>' }), [
    '-  <features/>',
    '+  <features>',
    '+    <acpi/>',
    '+  </features>',
  ]);
  assert.deepEqual(changed('<a/>\n', { do: 'replace', at: '/a', xml: '<b/>' }), ['-<a/>', '+<b/>']);
});

test('Windows line ends are kept and used', () => {
  const edited = editXml(parseXml(guest.replaceAll('\n', '\r\n'), { file: 'g' }), [
    { do: 'insert', into: '/domain/features', xml: '<acpi/>' },
    { do: 'remove', at: '/domain/vcpu' },
    { do: 'insert', into: '/domain/devices', xml: '<x>\n<y/>\n</x>' },
  ]);
  assert.ok(!/[^\r]\n/.test(edited));
  assert.ok(!edited.includes('vcpu'));
  assert.ok(edited.includes('\r\n    <x>\r\n      <y/>\r\n    </x>\r\n'));
});

test('several edits name places in the document as it was', () => {
  assert.deepEqual(
    changed(
      guest,
      { do: 'remove', at: '/domain/devices/disk[1]' },
      { do: 'set-attribute', at: '/domain/devices/disk[2]', name: 'type', value: 'network' },
      { do: 'insert', into: '/domain/devices', xml: '<disk type="dir"/>' },
    ),
    [
      "-    <disk type='file'>",
      "-      <target dev='vda'/>",
      '-    </disk>',
      "-    <disk type='block'/>",
      "+    <disk type='network'/>",
      "+    <disk type='dir'/>",
    ],
  );
});

test('a document in a row of documents is edited in its place', () => {
  const source = '<!-- 1 --><a/>\n<!-- 2 -->\n<b>\n  <c/>\n</b>\n<d/>';
  const [, second] = parseXmlSequence(source, { file: 's' });
  assert.ok(second);
  const edits: readonly XmlEdit[] = [
    { do: 'remove', at: '/b/c' },
    { do: 'set-attribute', at: '/b', name: 'x', value: '1' },
  ];
  const edited = editXml(second, edits);
  assert.equal(edited, "<!-- 1 --><a/>\n<!-- 2 -->\n<b x='1'>\n</b>\n<d/>");
  const [, again] = parseXmlSequence(edited, { file: 's' });
  assert.ok(again);
  assert.equal(editXml(again, invertEdits(second, edits)), source);
});

const refused: readonly (readonly [string, readonly XmlEdit[]])[] = [
  ['no-such-place', [{ do: 'remove', at: '/domain/os' }]],
  ['ambiguous-place', [{ do: 'remove', at: '/domain/devices/disk' }]],
  ['no-such-attribute', [{ do: 'remove-attribute', at: '/domain', name: 'id' }]],
  ['no-such-sibling', [{ do: 'insert', into: '/domain', xml: '<a/>', spot: { after: 'os' } }]],
  ['malformed-xml', [{ do: 'insert', into: '/domain', xml: '<a>' }]],
  ['malformed-xml', [{ do: 'insert', into: '/domain', xml: '<a/><b/>' }]],
  ['malformed-name', [{ do: 'set-attribute', at: '/domain', name: 'a b', value: '' }]],
  ['illegal-character', [{ do: 'set-text', at: '/domain/name', text: '\u0000' }]],
  ['has-children', [{ do: 'set-text', at: '/domain/devices', text: 'x' }]],
  ['is-root', [{ do: 'remove', at: '/domain' }]],
  ['changed', [{ do: 'splice', at: '/domain', offset: 1, was: 'network', becomes: 'x' }]],
  [
    'overlap',
    [
      { do: 'remove', at: '/domain/devices' },
      { do: 'remove', at: '/domain/devices/disk[1]' },
    ],
  ],
  [
    'overlap',
    [
      { do: 'set-text', at: '/domain/name', text: 'x' },
      { do: 'set-text', at: '/domain/name', text: 'y' },
    ],
  ],
  [
    'overlap',
    [
      { do: 'replace', at: '/domain/devices', xml: '<devices/>' },
      { do: 'insert', into: '/domain/devices', xml: '<a/>' },
    ],
  ],
];

for (const [code, edits] of refused) {
  test(`refused as ${code}: ${JSON.stringify(edits)}`, () => {
    assert.throws(() => editXml(parseXml(guest, { file: 'g' }), edits), { name: 'XmlEditError', code });
  });
}
