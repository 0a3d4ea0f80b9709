import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { clusterSet } from '#formats/disk/cluster-set';
import { ImageFault } from '#formats/disk/image-fault';

test('what is not in a set of clusters is found in stretches', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      fc.array(fc.tuple(fc.nat(299), fc.nat(40))),
      fc.nat(300),
      (count, stretches, first) => {
        const set = clusterSet(count);
        const known = new Set<number>();
        for (const [start, length] of stretches)
          for (let cluster = start; cluster < Math.min(count, start + length); cluster += 1) {
            assert.equal(set.add(cluster), known.has(cluster));
            known.add(cluster);
          }
        const free = [...set.gaps(first)].flatMap(gap => Array.from({ length: gap.count }, (_, at) => gap.first + at));
        const expected = Array.from({ length: count }, (_, cluster) => cluster);
        assert.deepEqual(
          free,
          expected.filter(cluster => cluster >= first && !known.has(cluster)),
        );
      },
    ),
  );
});

test('a set that would take too much memory is refused', () => {
  for (const count of [2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => clusterSet(count), ImageFault);
});
