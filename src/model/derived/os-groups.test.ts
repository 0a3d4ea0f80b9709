import assert from 'node:assert/strict';
import test from 'node:test';
import { osGroupOf, osGroups } from '#model/derived/os-groups';
import { known, unknown } from '#model/known';
import { sketchGuest } from '../../../test/sketches.js';

const groupOf = (id: string): string | undefined => {
  const group = osGroupOf(sketchGuest('g', { osId: known(id) }));
  return group.state === 'known' ? group.value : undefined;
};

test('minor versions are one system, major ones are not', () => {
  assert.equal(groupOf('http://suse.com/sle/15.5'), 'suse.com/sle/15');
  assert.equal(groupOf('http://suse.com/sle/15.6'), 'suse.com/sle/15');
  assert.equal(groupOf('http://suse.com/sle/12.5'), 'suse.com/sle/12');
  assert.equal(groupOf('http://microsoft.com/win/2k22'), 'microsoft.com/win/2k22');
  assert.equal(groupOf('http://opensuse.org/tumbleweed'), 'opensuse.org/tumbleweed');
});

test('“some Linux” is no system', () => {
  assert.equal(groupOf('http://libosinfo.org/linux/2022'), undefined);
  assert.equal(groupOf('nonsense'), undefined);
});

test('guests without an id count neither as equal nor as different', () => {
  const guests = [
    sketchGuest('a', { osId: known('http://suse.com/sle/15.5') }),
    sketchGuest('b', { osId: known('http://microsoft.com/win/11') }),
    sketchGuest('c', { osId: known('http://suse.com/sle/15.6') }),
    sketchGuest('d'),
    sketchGuest('e', { osId: unknown('not read') }),
  ];
  const groups = osGroups(guests);
  assert.equal(groups.state, 'known');
  if (groups.state !== 'known') return;
  assert.deepEqual([groups.value.known, groups.value.of], [3, 5]);
  assert.deepEqual(
    [...groups.value.groups],
    [
      ['suse.com/sle/15', ['a', 'c']],
      ['microsoft.com/win/11', ['b']],
    ],
  );
});
