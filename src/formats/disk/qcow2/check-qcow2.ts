import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import { type Bitmap, readBitmaps } from '#formats/disk/qcow2/bitmap-directory';
import { type Comparison, compareCounts } from '#formats/disk/qcow2/check/compare-counts';
import { countParts } from '#formats/disk/qcow2/check/count-parts';
import { DamageList } from '#formats/disk/qcow2/check/damage-list';
import { tellMismatches } from '#formats/disk/qcow2/check/find-users';
import { MetadataWalk } from '#formats/disk/qcow2/check/metadata-walk';
import { RecordedCounts } from '#formats/disk/qcow2/check/recorded-counts';
import { ReferenceCounts } from '#formats/disk/qcow2/check/reference-counts';
import { References } from '#formats/disk/qcow2/check/references';
import { SingleUse } from '#formats/disk/qcow2/check/single-use';
import { TableScan, type Tally } from '#formats/disk/qcow2/check/table-scan';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import { readSnapshots, type SnapshotTable } from '#formats/disk/qcow2/snapshot-table';

/** As many as QEMU examines. */
const mostClusters = 2 ** 31 - 1;
/** Clusters that are counted at a time, a byte for each: of a larger file the tables are gone through several times. */
const windowClusters = 2 ** 27;

/**
 * Examines all metadata of an image: every reference is counted and compared with what the image records. Classes and counts are those of
 * `qemu-img check`; where QEMU gives up because a table cannot be read, the rest is examined here, and `checkErrors` says so. Throws ImageFault where
 * nothing can be said.
 */
export function checkQcow2(image: Qcow2File, tell: (done: number) => void = () => undefined): ImageCheck {
  const { file, header } = image;
  const clusters = Math.ceil(file.size / header.clusterSize);
  if (clusters > mostClusters)
    throw new ImageFault('unsupported', `a file of ${clusters} clusters is more than is examined`);
  // a data file that is missing makes all of it worthless
  image.data();
  const damages = new DamageList();
  const snapshots = snapshotsOf(image, damages);
  const walk = new MetadataWalk(image, snapshots, bitmapsOf(image, damages), tell);
  const recorded = new RecordedCounts(image);
  const single = new SingleUse(recorded, clusters);
  const comparison: Comparison = { highest: 0, mismatches: [] };
  let tally: Tally | undefined;
  for (let first = 0; first === 0 || first < clusters; first += windowClusters) {
    // what is wrong beside the counts is told the first time
    const found = first === 0 ? damages : new DamageList();
    const isLast = first + windowClusters >= clusters;
    // one more, for what starts in the last cluster and goes on beyond the file
    const count = isLast ? clusters - first + 1 : windowClusters;
    const counts = new ReferenceCounts(first, count, 2 ** header.refcountBits - 1);
    const references = new References(image, clusters, counts, found);
    const scan = new TableScan(image, references, single, found);
    countParts(image, walk, { references, recorded, single, scan, damages: found });
    tally ??= scan.tally;
    found.hidesUse ||= damages.hidesUse;
    const end = isLast ? references.clusters : first + windowClusters;
    compareCounts(recorded, counts, end, damages, comparison, header.clusterSize);
  }
  tellMismatches(image, walk, recorded, comparison.mismatches, damages);
  return {
    checkErrors: damages.checkErrors,
    leaks: damages.leaks,
    corruptions: damages.corruptions,
    imageEndOffset: (comparison.highest + 1) * header.clusterSize,
    totalClusters: Math.ceil(header.virtualSize / header.clusterSize),
    allocatedClusters: tally?.allocated ?? 0,
    fragmentedClusters: tally?.fragmented ?? 0,
    compressedClusters: tally?.compressed ?? 0,
    damages: damages.inOrder(),
  };
}

function snapshotsOf({ file, header, hasDataFile }: Qcow2File, damages: DamageList): SnapshotTable {
  const none: SnapshotTable = { snapshots: [], length: 0 };
  let table: SnapshotTable;
  try {
    table = readSnapshots(file, header);
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    damages.hidesUse = true;
    damages.unreadable({
      kind: 'snapshot',
      says: `the snapshots cannot be read: ${error.message}`,
      at: header.snapshotsOffset,
    });
    return none;
  }
  if (hasDataFile && table.snapshots.length > 0)
    damages.corrupt({ kind: 'snapshot', says: 'an image whose data is in another file has snapshots', at: 60 });
  for (const { at, id, name, extraLength, l1Offset, l1Entries } of table.snapshots) {
    const which = `snapshot ${id} (${name})`;
    const corrupt = (says: string): void => damages.corrupt({ kind: 'snapshot', says: `${which}: ${says}`, at });
    if (header.version === 3 && extraLength < 16) corrupt('the entry lacks what version 3 demands');
    if (l1Offset % header.clusterSize !== 0)
      corrupt(`its L1 table is said to stand at ${l1Offset}: not the start of a cluster`);
    else if (l1Entries > mostL1Entries) corrupt(`its L1 table is said to have ${l1Entries} entries: too many`);
  }
  return table;
}

const mostL1Entries = 4 * 1024 * 1024;

function bitmapsOf(image: Qcow2File, damages: DamageList): readonly Bitmap[] {
  try {
    return readBitmaps(image);
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    damages.hidesUse = true;
    damages.unreadable({
      kind: 'bitmap',
      says: `the bitmaps cannot be read: ${error.message}`,
      at: image.extensions.bitmaps?.offset ?? 0,
    });
    return [];
  }
}
