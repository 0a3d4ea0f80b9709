import type { Bitmap } from '#formats/disk/qcow2/bitmap-directory';
import type { DamageList } from '#formats/disk/qcow2/check/damage-list';
import { paddedWords, readPadded, wordsIn } from '#formats/disk/qcow2/check/padded-bytes';
import { NamedOffsets, type NamedTable } from '#formats/disk/qcow2/check/table-batches';
import { offsetOf } from '#formats/disk/qcow2/cluster-map';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import type { SnapshotTable } from '#formats/disk/qcow2/snapshot-table';

/** A stretch of the file that the image uses for itself. */
export interface MetadataPart {
  /** What it is, for a person. */
  readonly name: string;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** Byte of the file that says so. */
  readonly at: number;
}

/** An L1 table: that of the guest's disk as it is now, or of a snapshot. */
export interface L1Table extends MetadataPart {
  readonly isActive: boolean;
}

/** Who goes through the tables of an image. */
export interface TableVisitor {
  /** Each entry of each L1 table that is not empty. */
  readonly entry: (high: number, low: number, index: number, table: L1Table) => void;
  /** Each L2 table once. Its words are overwritten by the next. */
  readonly table: (words: Int32Array, table: NamedTable) => void;
}

/** Entries of an L1 table, at most: 32 MiB. */
const mostEntries = 4 * 1024 * 1024;
/** With so many tables named, no further L1 table is looked at before these are gone through. */
const mostNamed = 1024 * 1024;
/** Read at once of tables that may be long. */
const pieceBytes = 64 * 1024;
/** What tables may overlap in a file that is still gone through: sound ones do not. */
const overlapBytes = 64 * 1024 * 1024;

/** The parts of an image, and the ways from one to the next. */
export class MetadataWalk {
  readonly #image: Qcow2File;
  readonly #snapshots: SnapshotTable;
  readonly #bitmaps: readonly Bitmap[];
  readonly #l1Tables: readonly L1Table[];
  readonly #tell: (done: number) => void;

  constructor(image: Qcow2File, snapshots: SnapshotTable, bitmaps: readonly Bitmap[], tell: (done: number) => void) {
    this.#image = image;
    this.#snapshots = snapshots;
    this.#bitmaps = bitmaps;
    this.#tell = tell;
    this.#l1Tables = l1TablesOf(image, snapshots);
  }

  /** Gives the parts that stand in one piece. */
  *parts(): Generator<MetadataPart> {
    const { header, extensions } = this.#image;
    yield { name: 'the header', offset: 0, length: header.clusterSize, at: 0 };
    yield* this.#l1Tables;
    yield { name: 'the snapshot table', offset: header.snapshotsOffset, length: this.#snapshots.length, at: 64 };
    const tableBytes = header.refcountTableClusters * header.clusterSize;
    yield { name: 'the refcount table', offset: header.refcountTableOffset, length: tableBytes, at: 48 };
    if (extensions.luksHeader !== undefined) yield { name: 'the LUKS header', ...extensions.luksHeader, at: 0 };
    if (extensions.bitmaps === undefined) return;
    const { offset, length } = extensions.bitmaps;
    yield { name: 'the directory of bitmaps', offset, length, at: 0 };
    for (const { name, tableOffset, tableEntries } of this.#bitmaps)
      yield {
        name: `the table of the bitmap ${JSON.stringify(name)}`,
        offset: tableOffset,
        length: tableEntries * 8,
        at: offset,
      };
  }

  /** Goes through the tables of bitmaps; calls back with each entry that is not empty, and the byte at which it stands. */
  bitmapEntries(visit: (high: number, low: number, at: number) => void): void {
    const { file } = this.#image;
    // sound tables do not overlap
    let left = file.size + overlapBytes;
    for (const { tableOffset, tableEntries } of this.#bitmaps) {
      const end = Math.min(tableOffset + tableEntries * 8, file.size);
      for (let at = tableOffset; at < end && left > 0; at += pieceBytes) {
        const words = paddedWords(file, at, Math.ceil(Math.min(pieceBytes, end - at) / 8) * 8);
        left -= words.length * 4;
        for (let word = 0; word < words.length; word += 2) {
          const [high = 0, low = 0] = [words[word], words[word + 1]];
          if ((high | low) !== 0) visit(high, low, at + word * 4);
        }
      }
    }
  }

  /** Goes through L1 and L2 tables. Where tables overlap so much that it would hardly end, the rest is left out, and told as such. */
  tables(visitor: TableVisitor, damages: DamageList): void {
    const { file, header, l2Entries, entryBytes } = this.#image;
    const bytes = Buffer.from(new ArrayBuffer(l2Entries * entryBytes));
    let left = file.size + overlapBytes;
    let seen = 0;
    const visit = (table: NamedTable): void => {
      if ((seen++ & 63) === 0) this.#tell(Math.min(1, seen / (header.l1Entries + 1)));
      // beyond the end there is nothing but zeroes
      if (table.offset >= file.size || left < 0) return;
      left -= bytes.length;
      readPadded(file, bytes, table.offset);
      visitor.table(wordsIn(bytes), table);
    };
    for (let from = 0; from < this.#l1Tables.length; ) from = this.#batch(from, visitor, visit);
    if (left < 0) {
      damages.hidesUse = true;
      damages.unreadable({
        kind: 'unreadable',
        says: 'tables overlap so much that not all were gone through',
        at: header.l1Offset,
      });
    }
  }

  /** Goes through as many L1 tables as are held at once; gives the number of the next. */
  #batch(from: number, visitor: TableVisitor, visit: (table: NamedTable) => void): number {
    const named = new NamedOffsets();
    let first = 0;
    let to = from;
    for (; to < this.#l1Tables.length && (to === from || named.count < mostNamed); to++) {
      const table = this.#l1Tables[to];
      if (table === undefined) break;
      this.#entries(table, (high, low, index) => {
        named.add(offsetOf(high, low), first + index);
        visitor.entry(high, low, index, table);
      });
      first += table.length / 8;
      if (table.isActive) named.activeCount = named.count;
    }
    named.eachTable(visit);
    return to;
  }

  /** Calls back with each entry of an L1 table that is not empty. */
  #entries({ offset, length }: L1Table, visit: (high: number, low: number, index: number) => void): void {
    const { file } = this.#image;
    // beyond the end of the file there is nothing but zeroes
    const end = Math.min(length, file.size - offset);
    for (let at = 0; at < end; at += pieceBytes) {
      const words = paddedWords(file, offset + at, Math.ceil(Math.min(pieceBytes, end - at) / 8) * 8);
      for (let word = 0; word < words.length; word += 2) {
        const [high, low] = [words[word] ?? 0, words[word + 1] ?? 0];
        if ((high | low) !== 0) visit(high, low, at / 8 + word / 2);
      }
    }
  }
}

/** Gives the L1 tables that can be gone through, the active one first. */
function l1TablesOf({ header }: Qcow2File, { snapshots }: SnapshotTable): L1Table[] {
  const active = {
    name: 'the L1 table',
    offset: header.l1Offset,
    length: header.l1Entries * 8,
    at: 40,
    isActive: true,
  };
  const others = snapshots
    .filter(({ l1Offset, l1Entries }) => l1Offset % header.clusterSize === 0 && l1Entries <= mostEntries)
    .map(({ id, name, l1Offset, l1Entries, at }) => ({
      name: `the L1 table of snapshot ${id} (${name})`,
      offset: l1Offset,
      length: l1Entries * 8,
      at,
      isActive: false,
    }));
  return [active, ...others].filter(({ length }) => length > 0);
}
