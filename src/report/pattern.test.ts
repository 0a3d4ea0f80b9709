import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { commonSentence, differingValues, patternOf } from '#report/pattern';

const common = (names: readonly string[], ...sentences: readonly string[]): string | undefined =>
  commonSentence(
    sentences.map((sentence, at) => patternOf(sentence, [names[at] ?? '', 'vda', 'sda'])),
    names,
  );

test('sentences that differ in numbers with their units and in names are one', () => {
  assert.equal(common([], 'it has 4 GiB and 2 vCPUs', 'it has 512 MiB and 2 vCPUs'), 'it has … and 2 vCPUs');
  assert.equal(
    common([], 'flushes to its disk vda are ignored', 'flushes to its disk sda are ignored'),
    'flushes to its disk … are ignored',
  );
  assert.equal(common([], '2 disks hang on IDE: vda, sda', '1 disks hang on IDE: vda'), '… disks hang on IDE: …');
  assert.equal(common(['web01', 'db 2'], 'virsh edit web01: go', 'virsh edit db 2: go'), 'virsh edit ‹name›: go');
  assert.equal(common([], 'its model is e1000.', 'its model is rtl8139.'), 'its model is ….');
});

test('sentences that differ in their words are not', () => {
  assert.equal(common([], 'it has an IDE disk', 'it has a SATA disk'), undefined);
  assert.equal(common([], 'it has 4 GiB', 'it has 4 GiB more'), undefined);
});

test('what differs is told of each', () => {
  const patterns = ['it has 4 GiB on 2 nodes', 'it has 6 GiB on 2 nodes'].map(text => patternOf(text, []));
  assert.deepEqual(differingValues(patterns), [['4 GiB'], ['6 GiB']]);
});

test('equal sentences are left as they are, whatever is in them', () => {
  const sentence = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.lorem(),
    fc.array(fc.constantFrom('4', 'GiB,', '(vda)', ',', '…', '')).map(words => words.join(' ')),
  );
  fc.assert(
    fc.property(sentence, fc.array(fc.string()), (text, names) => {
      const plain = text.replaceAll('\u0000', '?').replaceAll('\u0001', '?');
      const pattern = patternOf(text, names);
      assert.equal(commonSentence([pattern, pattern], ['a', 'b']), plain);
      assert.deepEqual(differingValues([pattern, pattern]), [[], []]);
    }),
  );
});
