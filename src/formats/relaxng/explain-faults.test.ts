import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  XmlDocument as LibxmlDocument,
  RelaxNGValidator,
  XmlBufferInputProvider,
  xmlCleanupInputProvider,
  xmlRegisterInputProvider,
} from 'libxml2-wasm';
import { Derivatives } from '#formats/relaxng/derivatives';
import { explainFaults } from '#formats/relaxng/explain-faults';
import { Patterns } from '#formats/relaxng/pattern';
import { readGrammar } from '#formats/relaxng/read-grammar';
import { editXml } from '#formats/xml/edit-xml';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlDocument, XmlElement } from '#formats/xml/xml-document';
import { type XmlEdit, XmlEditError } from '#formats/xml/xml-edit';
import { XmlError } from '#formats/xml/xml-error';
import { libvirtSchemas } from '../../../test/libvirt-schemas.js';
import { xmlFiles } from '../../../test/xml-files.js';

const schemas = libvirtSchemas();
const skip = schemas === undefined ? 'libvirt is not installed' : false;
const parse = (text: string) => parseXml(text, { file: 'guest.xml' });

const patterns = new Patterns();
const derivatives = new Derivatives(patterns);
const whole = schemas === undefined ? patterns.notAllowed : readGrammar(patterns, schemas, 'domain.rng');

function faultsOf(document: XmlDocument): readonly string[] {
  return explainFaults(derivatives, whole, document).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const guest = ({ top = '', devices = '' }) => `<domain type='kvm'>
  <name>g</name>
  <memory>1024</memory>
${top}
  <os><type>hvm</type></os>
  <devices>
    <disk type='file'><source file='/x'/><target dev='vda'/></disk>
${devices}
  </devices>
</domain>`;

const faulty: readonly (readonly [string, readonly string[]])[] = [
  [guest({}), []],
  [
    guest({ top: '<memoryBacking><locked2/></memoryBacking>' }),
    ['4:16 <locked2> is not allowed here in <memoryBacking>; did you mean <locked>?'],
  ],
  [guest({ top: '<memory>1</memory>' }), ['4:1 a further <memory> is not allowed here in <domain>']],
  [guest({ top: '<vcpu>four</vcpu>' }), ['4:7 the text of <vcpu> must be text of the form [0-9]+']],
  [
    guest({ top: "<cpu mode='host-passthru'/>" }),
    ['4:6 the attribute mode of <cpu> must be custom, host-model, host-passthrough or maximum'],
  ],
  [
    guest({ top: '<on_reboot/>' }),
    ['4:1 the text of <on_reboot> must be destroy, preserve, rename-restart or restart'],
  ],
  [
    guest({ devices: "<disk type='file'><driver cache='nonee'/><target dev='vdb'/></disk>" }),
    ['8:27 the attribute cache of <driver> must be default, directsync, none, unsafe, writeback or writethrough'],
  ],
  [
    guest({ devices: "<disk type='network'><source file='/x'/><target dev='vdb'/></disk>" }),
    [
      '8:30 the attribute file of <source> is not allowed here; expected index, name, protocol, query, tls or tlsHostname',
    ],
  ],
  [guest({ devices: "<disk type='file'/>" }), ['8:1 <disk> lacks <target>']],
  [
    guest({ devices: "<graphics type='vnc' port='x' passwd='hunter2'/>" }),
    ['8:22 the attribute port of <graphics> must be a whole number from -1 to 65535'],
  ],
  [guest({ devices: 'text' }), ['8:1 text cannot stand between the elements of <devices>']],
  [
    guest({ devices: '<target/>\n<rng/>' }),
    [
      '8:1 <target> is not allowed here in <devices>; expected <audio>, <channel>, <console>, <controller>, <crypto>, <disk>, <emulator>, <filesystem>, <graphics>, <hostdev>, <hub>, <input> or others',
      '9:1 <rng> lacks the attribute model',
      '9:1 <rng> lacks <backend>',
    ],
  ],
  ['<domain/>', ['1:1 <domain> lacks the attribute type', '1:1 <domain> lacks <name>']],
  ['<network/>', ['1:1 <network> is not what this schema describes; expected <domain>']],
];

for (const [source, faults] of faulty) {
  const name = faults[0] ?? 'a valid domain has no faults';
  test(`told: ${name}`, { skip }, () => {
    const found = faultsOf(parse(source));
    // newer schemas allow more
    const stable = (text: string) => text.replace(/expected .*/, 'expected');
    assert.deepEqual(found.map(stable), faults.map(stable));
  });
}

function allOf(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(allOf)];
}

/** Whether name, uuid and genid, an inner interleave of the schema, do not stand together: libxml2 loses track then. */
function hasIdsApart({ root }: XmlDocument): boolean {
  const places = root.children.flatMap(({ name }, index) => (/^(?:name|uuid|genid)$/.test(name) ? [index] : []));
  return Math.max(...places) - Math.min(...places) >= places.length;
}

test('of hundreds of damaged domains libxml2 and we refuse the same', {
  skip: skip || (xmlFiles('vdsm').length === 0 && 'no shared data'),
}, () => {
  const documents = [
    ...xmlFiles('virt-manager/cli/compare'),
    ...xmlFiles('virt-manager/xmlparse'),
    ...xmlFiles('vdsm'),
  ].flatMap(file => {
    try {
      const document = parse(file.text);
      return document.root.name === 'domain' ? [document] : [];
    } catch (error) {
      assert.ok(error instanceof XmlError);
      return [];
    }
  });
  xmlRegisterInputProvider(new XmlBufferInputProvider(Object.fromEntries(schemas ?? [])));
  const source = LibxmlDocument.fromBuffer(schemas?.get('domain.rng') ?? new Uint8Array(), { url: 'domain.rng' });
  const oracle = RelaxNGValidator.fromDoc(source);
  source.dispose();
  xmlCleanupInputProvider();
  const isValid = (text: string) => {
    const copy = LibxmlDocument.fromString(text);
    try {
      oracle.validate(copy);
      return true;
    } catch {
      return false;
    } finally {
      copy.dispose();
    }
  };
  // libxml2 refuses prefixes whose declaration stayed behind
  const elements = documents
    .flatMap(document => allOf(document.root))
    .filter(element => !/<[\w-]+:/.test(element.document.sourceOf(element)));
  const values = fc.constantFrom(
    '',
    'x',
    '0',
    '-1',
    'yes',
    'on',
    'file',
    'virtio',
    'auto',
    'none',
    'raw',
    '99999999999',
  );
  const damage = fc.record({
    document: fc.constantFrom(...documents),
    at: fc.nat(),
    from: fc.nat(elements.length - 1),
    kind: fc.nat(4),
    value: values,
  });
  let refused = 0;
  fc.assert(
    fc.property(damage, ({ document, at, from, kind, value }) => {
      const all = allOf(document.root);
      const place = all[at % all.length] ?? document.root;
      const other = elements[from];
      const [attribute] = place.attributes;
      const edits: readonly XmlEdit[] = [
        { do: 'set-attribute', at: place, name: (kind === 0 ? attribute : other?.attributes[0])?.name ?? 'x', value },
        kind === 2
          ? { do: 'remove', at: place }
          : { do: 'insert', into: place, xml: other?.document.sourceOf(other) ?? '<x/>' },
      ];
      let text: string;
      try {
        text = editXml(document, [edits[kind < 2 ? 0 : 1] ?? { do: 'remove', at: place }]);
      } catch (error) {
        assert.ok(error instanceof XmlEditError);
        return;
      }
      if (/xmlns|:/.test(`${attribute?.name}${other?.attributes[0]?.name}`)) return;
      const faults = faultsOf(parse(text));
      if (faults.length === 0 && hasIdsApart(parse(text))) return;
      assert.equal(faults.length === 0, isValid(text), `${faults.join('\n')}\n${text}`);
      if (faults.length > 0) refused++;
    }),
    { numRuns: 250 },
  );
  assert.ok(refused > 100);
  oracle.dispose();
});
