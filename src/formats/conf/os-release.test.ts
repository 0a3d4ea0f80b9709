import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { distributionOf, parseOsRelease } from '#formats/conf/os-release';
import { hostileText } from '../../../test/hostile-text.js';

test('a service pack is the second number of the version, and relatives are named', () => {
  const found = distributionOf(
    parseOsRelease(
      'NAME="SLES"\nVERSION_ID="15.6"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP6"\nID="sles"\nID_LIKE="suse"\n',
    ),
  );
  assert.equal(found?.id, 'sles');
  assert.deepEqual(found?.family, ['sles', 'suse']);
  assert.deepEqual(found?.version?.numbers, [15, 6, 0]);
  assert.equal(found?.name, 'SUSE Linux Enterprise Server 15 SP6');
});

test('a rolling release has no version; comments, blanks and broken lines are passed over', () => {
  const fields = parseOsRelease("# made by hand\n\nID=arch\nPRETTY_NAME='Arch Linux'\nBROKEN=a b\nHALF=\"x\nlower=1\n");
  assert.deepEqual([...fields.keys()], ['ID', 'PRETTY_NAME']);
  assert.equal(distributionOf(fields)?.version, undefined);
  assert.equal(distributionOf(parseOsRelease('')), undefined);
});

test('quotes and backslashes are those of the shell', () => {
  const fields = parseOsRelease('A="say \\"hi\\" \\$x"\nB=a\\"b\nC=\'a\\b\'\nA="last wins"\n');
  assert.deepEqual([fields.get('A'), fields.get('B'), fields.get('C')], ['last wins', 'a"b', 'a\\b']);
  fc.assert(
    fc.property(hostileText('ID', 'VERSION_ID', 'PRETTY_NAME'), text => void distributionOf(parseOsRelease(text))),
  );
});
