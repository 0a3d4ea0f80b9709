import type { Buffer } from 'node:buffer';
import { type ClusterSet, clusterSet } from '#formats/disk/cluster-set';
import { type DamageList, damageList } from '#formats/disk/damage-list';
import type { ImageCheck } from '#formats/disk/image-check';
import { isCluster, isTable, type QedHeader } from '#formats/disk/qed/qed-header';
import { bytesAt, littleEndian64 } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** Entries of a table that are read at once: 1 MiB. */
const entriesAtOnce = 131_072;

interface Counts {
  readonly header: QedHeader;
  readonly used: ClusterSet;
  readonly damages: DamageList;
  corruptions: number;
  allocated: number;
  fragmented: number;
}

/** Examines the tables of a QED image: counts as QEMU's block/qed-check.c. Throws ImageFault where a table cannot be read. */
export function checkQed(file: ByteSource, header: QedHeader): ImageCheck {
  const { clusterSize, entries, fileEnd, l1At, virtualSize } = header;
  const counts: Counts = {
    header,
    used: clusterSet(fileEnd / clusterSize),
    damages: damageList(),
    corruptions: 0,
    allocated: 0,
    fragmented: 0,
  };
  take(counts, l1At, header.tableClusters, l1At, []);
  for (const [from, table] of piecesOf(file, l1At, entries))
    for (let index = 0; index < table.length / 8; index += 1) {
      const l2At = littleEndian64(table, index * 8);
      if (l2At === 0) continue;
      const at = l1At + (from + index) * 8;
      const guest = guestOf(header, (from + index) * entries, entries);
      if (!isTable(header, l2At)) {
        counts.corruptions += 1;
        counts.damages.add({ kind: placeKind(header, l2At), says: `a table cannot stand at byte ${l2At}`, at, guest });
      } else if (take(counts, l2At, header.tableClusters, at, guest)) {
        checkTable(file, counts, l2At, (from + index) * entries);
      }
    }
  return {
    checkErrors: 0,
    leaks: countLeaks(counts),
    corruptions: counts.corruptions,
    totalClusters: Math.ceil(virtualSize / clusterSize),
    allocatedClusters: counts.allocated,
    fragmentedClusters: counts.fragmented,
    damages: counts.damages.told,
  };
}

function checkTable(file: ByteSource, counts: Counts, tableAt: number, firstCluster: number): void {
  const { header, damages } = counts;
  let before = 0;
  for (const [from, table] of piecesOf(file, tableAt, header.entries))
    for (let index = 0; index < table.length / 8; index += 1) {
      const place = littleEndian64(table, index * 8);
      if (place <= 1) continue;
      counts.allocated += 1;
      if (before !== 0 && before + header.clusterSize !== place) counts.fragmented += 1;
      before = place;
      const at = tableAt + (from + index) * 8;
      const guest = () => guestOf(header, firstCluster + from + index, 1);
      if (isCluster(header, place)) {
        if (counts.used.add(place / header.clusterSize)) sharedCluster(counts, place, at, guest());
        continue;
      }
      counts.corruptions += 1;
      damages.add({
        kind: placeKind(header, place),
        says: `a cluster cannot stand at byte ${place}`,
        at,
        guest: guest(),
      });
    }
}

/** Notes that clusters are in use; gives whether they were free. */
function take(counts: Counts, place: number, count: number, at: number, guest: Guest): boolean {
  let isFree = true;
  for (let index = 0; index < count; index += 1) {
    const cluster = place / counts.header.clusterSize + index;
    if (!counts.used.add(cluster)) continue;
    isFree = false;
    sharedCluster(counts, cluster * counts.header.clusterSize, at, guest);
  }
  return isFree;
}

type Guest = readonly { readonly start: number; readonly length: number }[];

function sharedCluster(counts: Counts, place: number, at: number, guest: Guest): void {
  counts.corruptions += 1;
  counts.damages.add({ kind: 'overlap', says: `the cluster at byte ${place} is used more than once`, at, guest });
}

function countLeaks({ used, header, damages }: Counts): number {
  let leaks = 0;
  for (const { first, count } of used.gaps(header.headerEnd / header.clusterSize)) {
    leaks += count;
    damages.add({ kind: 'leak', says: `nothing points to ${count} clusters`, at: first * header.clusterSize });
  }
  return leaks;
}

function guestOf({ clusterSize, virtualSize }: QedHeader, cluster: number, count: number): Guest {
  const start = cluster * clusterSize;
  const end = Math.min(start + count * clusterSize, virtualSize);
  return start < end ? [{ start, length: end - start }] : [];
}

const placeKind = ({ clusterSize }: QedHeader, place: number): 'misaligned' | 'out-of-range' =>
  place % clusterSize === 0 ? 'out-of-range' : 'misaligned';

function* piecesOf(file: ByteSource, at: number, entries: number): Generator<readonly [number, Buffer]> {
  for (let from = 0; from < entries; from += entriesAtOnce)
    yield [from, bytesAt(file, at + from * 8, Math.min(entriesAtOnce, entries - from) * 8, 'a table')];
}
