import assert from 'node:assert/strict';
import test from 'node:test';
import { parseXml } from '#formats/xml/parse-xml';
import {
  attribute,
  child,
  childAttribute,
  childIn,
  childText,
  localName,
  namespaceOf,
  text,
} from '#formats/xml/xml-tree';

const rootOf = (source: string) => parseXml(source, { file: 'x' }).root;

test('attribute values are decoded, with line ends and tabs as spaces and references kept apart from them', () => {
  const root = rootOf('<a b="x&lt;&#x41;&#10;y\r\nz\t&quot;&amp;lt;" c=\'\'/>');
  assert.equal(attribute(root, 'b'), 'x<A\ny z "&lt;');
  assert.equal(attribute(root, 'c'), '');
  assert.equal(attribute(root, 'd'), undefined);
});

test('text is decoded, joined over comments and CDATA, and trimmed of XML white space only', () => {
  assert.equal(text(rootOf('<a>\r\n 1 &lt; 2<!-- no --> <![CDATA[& 3]]>\r\n</a>')), '1 < 2 & 3');
  assert.equal(text(rootOf('<a>\u00a0x\n</a>')), '\u00a0x');
  assert.equal(text(rootOf('<a>x<b>y</b>z</a>')), 'xz');
  assert.equal(text(rootOf('<a/>')), '');
  assert.equal(text(rootOf('<a>one\r\ntwo\rthree</a>')), 'one\ntwo\nthree');
});

test('text and attributes of a child come in one step', () => {
  const root = rootOf("<domain><memory unit='KiB'>1024</memory></domain>");
  assert.equal(childText(root, 'memory'), '1024');
  assert.equal(childAttribute(root, 'memory', 'unit'), 'KiB');
  assert.equal(childText(root, 'currentMemory'), undefined);
  assert.equal(childAttribute(root, 'memory', 'slots'), undefined);
});

test('a namespace is found whatever its prefix, and an undeclared prefix has none', () => {
  const qemu = 'http://libvirt.org/schemas/domain/qemu/1.0';
  const root = rootOf(
    `<domain xmlns:q='${qemu}' xmlns='urn:d'><q:commandline><q:arg value='-x'/></q:commandline><b xmlns=''/><z:c/></domain>`,
  );
  const commandLine = childIn(root, qemu, 'commandline');
  assert.ok(commandLine);
  assert.equal(commandLine.name, 'q:commandline');
  assert.equal(localName(commandLine), 'commandline');
  assert.equal(namespaceOf(root), 'urn:d');
  const [b, c] = [child(root, 'b'), child(root, 'z:c')];
  assert.ok(b && c);
  assert.equal(namespaceOf(b), undefined);
  assert.equal(namespaceOf(c), undefined);
});
