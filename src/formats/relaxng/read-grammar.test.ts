import assert from 'node:assert/strict';
import test from 'node:test';
import { Derivatives } from '#formats/relaxng/derivatives';
import { explainFaults } from '#formats/relaxng/explain-faults';
import { Patterns } from '#formats/relaxng/pattern';
import { readGrammar } from '#formats/relaxng/read-grammar';
import { parseXml } from '#formats/xml/parse-xml';

const head =
  'grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"';

function reader(files: Readonly<Record<string, string>>) {
  const patterns = new Patterns();
  const derivatives = new Derivatives(patterns);
  const schemas = new Map(Object.entries(files).map(([name, source]) => [name, new TextEncoder().encode(source)]));
  const whole = readGrammar(patterns, schemas, 'a.rng');
  return (source: string) => explainFaults(derivatives, whole, parseXml(source, { file: 'x' })).length === 0;
}

test('definitions of included files are overridden and combined', () => {
  const isValid = reader({
    'a.rng': `<${head}><include href="b.rng"><define name="value"><value>mine</value></define></include><define name="more" combine="choice"><element name="c"><empty/></element></define></grammar>`,
    'b.rng': `<${head}><start><element name="a"><ref name="value"/><zeroOrMore><ref name="more"/></zeroOrMore></element></start>
      <define name="value"><value>theirs</value></define><define name="more"><notAllowed/></define></grammar>`,
  });
  assert.ok(isValid('<a>mine</a>'));
  assert.ok(!isValid('<a>theirs</a>'));
});

test('groups keep their order, interleaves do not, and elements may contain themselves', () => {
  const isValid = reader({
    'a.rng': `<${head}><start><ref name="a"/></start><define name="a"><element name="a"><optional><attribute name="n"><data type="unsignedInt"/></attribute></optional>
      <interleave><element name="b"><empty/></element><group><element name="c"><empty/></element><element name="d"><empty/></element></group></interleave><optional><ref name="a"/></optional></element></define></grammar>`,
  });
  for (const inner of ['<b/><c/><d/>', '<c/><b/><d/>', '<c/><d/><b/>', '<b/><c/><d/><a n="1"><b/><c/><d/></a>'])
    assert.ok(isValid(`<a>${inner}</a>`), inner);
  for (const inner of ['<b/><d/><c/>', '<b/><c/>', '<b/><b/><c/><d/>', '<a><b/><c/><d/></a><b/><c/><d/>', ''])
    assert.ok(!isValid(`<a>${inner}</a>`), inner);
  assert.ok(!isValid('<a n="x"><b/><c/><d/></a>'));
});

test('names carry namespaces; attributes have none of their own', () => {
  const isValid = reader({
    'a.rng': `<${head}><start><element name="a"><element name="b" ns="urn:q"><attribute name="n"/><element name="c"><empty/></element></element></element></start></grammar>`,
  });
  assert.ok(isValid('<a xmlns:p="urn:q"><p:b n=""><p:c/></p:b></a>'));
  assert.ok(isValid('<a><b xmlns="urn:q" n=""><c/></b></a>'));
  assert.ok(!isValid('<a xmlns:p="urn:q"><p:b n=""><c/></p:b></a>'));
  assert.ok(!isValid('<a xmlns:p="urn:q"><p:b p:n=""><p:c/></p:b></a>'));
});

test('a list splits its text, and data may have exceptions', () => {
  const isValid = reader({
    'a.rng': `<${head}><start><element name="a"><choice><list><data type="int"/><data type="int"/></list><data type="string"><param name="pattern">[a-z.]+</param><except><value>..</value></except></data></choice></element></start></grammar>`,
  });
  for (const text of ['1 2', ' 1\n2 ', 'abc']) assert.ok(isValid(`<a>${text}</a>`), text);
  for (const text of ['1', '1 2 3', '..', '']) assert.ok(!isValid(`<a>${text}</a>`), text);
});

const broken: readonly (readonly [string, RegExp])[] = [
  ['<x/>', /not of RELAX NG/],
  [`<${head}/>`, /<start> is not defined/],
  [`<${head}><include href="a.rng"/></grammar>`, /include each other/],
  [`<${head}><include href="b.rng"/></grammar>`, /b\.rng is missing/],
  [`<${head}><start><ref name="x"/></start></grammar>`, /x is not defined/],
  [`<${head}><start><ref name="x"/></start><define name="x"><ref name="x"/></define></grammar>`, /x contains itself/],
  [`<${head}><start><externalRef href="b.rng"/></start></grammar>`, /a\.rng:1: <externalRef> is not known/],
  [`<${head}><start><element name="a"><data type="hexBinary"/></element></start></grammar>`, /datatype/],
  ['<grammar', /a\.rng:1:9/],
];

for (const [source, message] of broken) {
  test(`refused: ${source.replace(head, 'grammar')}`, () => {
    assert.throws(() => reader({ 'a.rng': source })('<a/>'), { name: 'SchemaError', message });
  });
}
