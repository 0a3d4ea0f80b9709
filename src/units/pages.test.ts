import assert from 'node:assert/strict';
import test from 'node:test';
import { gib, mib } from '#units/bytes';
import { bytesOfPages, pages, pagesFor, printPages } from '#units/pages';

test('pages carry their size', () => {
  assert.equal(pagesFor(gib(1), mib(2)).count, 512);
  assert.equal(pagesFor(mib(3), mib(2)).count, 2);
  assert.equal(bytesOfPages(pages(512, mib(2))), gib(1));
  assert.equal(printPages(pages(1, gib(1))), '1 page of 1 GiB');
  assert.throws(() => pages(-1, mib(2)), RangeError);
});
