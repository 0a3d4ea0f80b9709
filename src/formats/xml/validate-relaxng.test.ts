import assert from 'node:assert/strict';
import test from 'node:test';
import { parseXml } from '#formats/xml/parse-xml';
import { openRelaxNgValidator } from '#formats/xml/validate-relaxng';
import { XmlError } from '#formats/xml/xml-error';
import { libvirtSchemas } from '../../../test/libvirt-schemas.js';
import { xmlFiles } from '../../../test/xml-files.js';

const schemas = libvirtSchemas();
const skip = schemas === undefined ? 'libvirt is not installed' : false;
const guest = (devices = '') => `<domain type='kvm'>
  <name>g</name>
  <memory>1024</memory>
  <os><type>hvm</type></os>
  <devices>${devices}</devices>
</domain>`;
const parse = (text: string) => parseXml(text, { file: 'guest.xml' });

test("libvirt's own schema judges a domain, and faults have a place", { skip }, async () => {
  const validator = await openRelaxNgValidator(schemas ?? new Map());
  assert.deepEqual(validator.validate(parse(guest())), []);
  const faults = validator.validate(parse(guest("<disk type='file'><driver cach='none'/></disk>")));
  assert.deepEqual(faults, [
    { line: 5, column: 12, message: '<disk> lacks <target>' },
    { line: 5, column: 38, message: 'the attribute cach of <driver> is not allowed here; did you mean cache?' },
  ]);
  assert.equal(validator.validate(parse('<topology/>')), undefined, 'there is no schema for it');
  assert.equal(validator.validate(parse('<x:domain/>')), undefined);
  assert.match(
    validator.validate(parse(guest('<x:y/>')))?.[0]?.message ?? '',
    /^<x:y> is not allowed here in <devices>/,
  );
  const bare = guest().replace('<devices>', '<metadata><x:y/></metadata><devices>');
  assert.equal(validator.validate(parse(bare))?.[0]?.message, 'Namespace prefix x on y is not defined');
  validator.dispose();
});

test('what libvirt refuses though its schema allows it is told with its own words', { skip }, async () => {
  const validator = await openRelaxNgValidator(schemas ?? new Map());
  const uuid = '<uuid>00000000-1111-2222-3333-444444444444</uuid>';
  const inOrder = `<domain type='kvm'><name>g</name>${uuid}<memory>1</memory><os><type>hvm</type></os><vcpu cpuset='1'>4</vcpu></domain>`;
  assert.deepEqual(validator.validate(parse(inOrder)), []);
  const apart = `<domain type='kvm'><name>g</name><memory>1</memory>${uuid}<os><type>hvm</type></os><vcpu cpuset='1'>4</vcpu></domain>`;
  assert.match(
    validator.validate(parse(apart))?.[0]?.message ?? '',
    /^Extra element uuid in interleave \(libvirt's validator/,
  );
  validator.dispose();
});

test('a missing or broken schema is an error that names it; neither files nor the network are tried', async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const rng = 'http://relaxng.org/ns/structure/1.0';
  const broken: readonly string[] = [
    'no XML',
    '<other/>',
    `<grammar xmlns="${rng}"><include href="missing.rng"/><start><text/></start></grammar>`,
    `<grammar xmlns="${rng}"><include href="/usr/share/libvirt/schemas/domain.rng"/></grammar>`,
    `<grammar xmlns="${rng}"><include href="http://127.0.0.1:1/x.rng"/></grammar>`,
  ];
  for (const source of broken) {
    const validator = await openRelaxNgValidator(new Map([['domain.rng', bytes(source)]]));
    assert.throws(
      () => validator.validate(parse(guest())),
      { name: 'SchemaError', code: 'schema', message: /domain\.rng/ },
      source,
    );
    validator.dispose();
  }
});

test('all shared domains get a verdict; the ones written by hand of programs pass', {
  skip: skip || (xmlFiles('vdsm').length === 0 && 'no shared data'),
}, async () => {
  const validator = await openRelaxNgValidator(schemas ?? new Map());
  const verdicts = new Map<string, boolean>();
  for (const { name, text } of xmlFiles('virt-manager')) {
    try {
      const faults = validator.validate(parse(text));
      if (faults) verdicts.set(name, faults.length === 0);
    } catch (error) {
      assert.ok(error instanceof XmlError, String(error));
    }
  }
  assert.equal(verdicts.get('virt-manager/storage/pool-dir2.xml'), true);
  assert.equal(verdicts.get('virt-manager/cli/virtxml/convert-to-q35-win10-in.xml'), true);
  validator.dispose();
});
