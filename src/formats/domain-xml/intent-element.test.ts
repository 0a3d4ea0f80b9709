import assert from 'node:assert/strict';
import test from 'node:test';
import { editIntents, statedIntents } from '#formats/domain-xml/intent-element';
import { editXml } from '#formats/xml/edit-xml';
import { parseXml } from '#formats/xml/parse-xml';

const edited = (xml: string, words: readonly string[] | undefined): string => {
  const document = parseXml(xml, { file: 'test' });
  return editXml(document, editIntents(document, words));
};
const stated = (xml: string) => statedIntents(parseXml(xml, { file: 'test' }).root);

const plain = `<domain type='kvm'>
  <!-- kept -->
  <name>db01</name>
  <title>T</title>
  <memory>1</memory>
</domain>
`;
const others = `<domain>
  <name>db01</name>
  <metadata>
    <site:intent xmlns:site="http://example.org">latency</site:intent>
  </metadata>
</domain>
`;

test('intents are written into a definition, changed and taken away, and all else stays byte by byte', () => {
  const one = edited(plain, ['database', 'latency']);
  assert.deepEqual(stated(one), { own: ['database', 'latency'], others: [] });
  assert.ok(
    one.startsWith(`<domain type='kvm'>
  <!-- kept -->
  <name>db01</name>
  <title>T</title>
  <metadata>`),
  );
  const two = edited(one, ['hpc']);
  assert.deepEqual(stated(two), { own: ['hpc'], others: [] });
  const gone = edited(two, undefined);
  assert.deepEqual(stated(gone), { own: undefined, others: [] });
  assert.equal(edited(edited(others, ['hpc']), undefined), others);
  assert.equal(edited(plain, undefined), plain);
});

test('what others say of the guest counts and is left alone', () => {
  assert.deepEqual(stated(others), { own: undefined, others: ['latency'] });
  assert.deepEqual(stated(edited(others, ['hpc'])), { own: ['hpc'], others: ['latency'] });
});
