import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import test from 'node:test';
import { type ClusterMap, extentIn, noPlace, placeIn } from '#formats/disk/cluster-map';
import { ImageFault } from '#formats/disk/image-fault';

/** Clusters of 512 bytes, four to a piece; a byte an entry: 0 none, 1 zeroes, 255 damage, else the cluster of the file. Pieces begin with a mark. */
const mapOf = (pieces: readonly string[], size: number): ClusterMap => ({
  clusterSize: 512,
  size,
  clustersPerPiece: 4,
  entrySize: 1,
  pieceAt(number) {
    const piece = pieces[number] ?? '';
    if (piece === 'damaged') return noPlace.damaged;
    return piece === '' ? noPlace.unallocated : number;
  },
  readPiece: at => Buffer.from(pieces[at] ?? '', 'hex'),
  placeAt(piece, index) {
    const entry = piece[index] ?? 0;
    if (entry === 0) return noPlace.unallocated;
    if (entry === 255) return noPlace.damaged;
    return entry === 1 ? noPlace.zero : entry * 512;
  },
  fault: cluster => new ImageFault('malformed', `cluster ${cluster}`, cluster),
});

test('clusters that follow each other in the file are one stretch, as far as a piece tells', () => {
  const map = mapOf(['0a0b0c02', '0d0e0101'], 4096);
  assert.deepEqual(extentIn(map, 100), { kind: 'data', start: 100, length: 1436, offset: 5220 });
  assert.deepEqual(extentIn(map, 1536), { kind: 'data', start: 1536, length: 512, offset: 1024 });
  assert.deepEqual(extentIn(map, 2048 + 1024), { kind: 'zero', start: 3072, length: 1024 });
});

test('pieces without any cluster are one stretch, up to the end of the disk', () => {
  const map = mapOf(['00000001', '', '', '0a0a0a0a'], 7168);
  assert.deepEqual(extentIn(map, 0), { kind: 'unallocated', start: 0, length: 1536 });
  assert.deepEqual(extentIn(map, 2048), { kind: 'unallocated', start: 2048, length: 4096 });
  assert.deepEqual(extentIn(map, 6144), { kind: 'data', start: 6144, length: 512, offset: 5120 });
  assert.deepEqual(extentIn(mapOf(['0a0b', ''], 2500), 2048), { kind: 'unallocated', start: 2048, length: 452 });
});

test('a stretch ends before damage, and only damage itself is a fault', () => {
  const map = mapOf(['0a0bff0c', 'damaged'], 4096);
  assert.equal(extentIn(map, 0).length, 1024);
  for (const at of [1024, 2048])
    assert.throws(
      () => extentIn(map, at),
      (error: unknown) => error instanceof ImageFault && error.offset === at / 512,
    );
  assert.deepEqual([placeIn(map, 1), placeIn(map, 2), placeIn(map, 4)], [5632, noPlace.damaged, noPlace.damaged]);
});

test('compressed clusters have no place, and are one stretch wherever they stand', () => {
  const map = { ...mapOf(['0a02050b'], 2048), isCompressed: true };
  assert.deepEqual(extentIn(map, 0), { kind: 'data', start: 0, length: 2048, offset: undefined, isCompressed: true });
});
