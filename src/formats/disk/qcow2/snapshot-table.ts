import { ImageFault } from '#formats/disk/image-fault';
import type { Qcow2Header } from '#formats/disk/qcow2/qcow2-header';
import { bigEndian64, bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** An internal snapshot, as its entry in the table says (docs/interop/qcow2.txt, Snapshots). */
export interface Snapshot {
  readonly id: string;
  readonly name: string;
  readonly l1Offset: number;
  readonly l1Entries: number;
  /** Bytes of the machine's state. */
  readonly stateSize: number;
  /** Seconds and nanoseconds since 1970. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Nanoseconds that the guest had run. */
  readonly clock: number;
  /** Instructions that it had run, where that was counted. */
  readonly instructions: number | undefined;
  /** Bytes of what not all versions know. */
  readonly extraLength: number;
  /** Byte of the file at which the entry stands. */
  readonly at: number;
}

/** All snapshots, and how much room their table takes. */
export interface SnapshotTable {
  readonly snapshots: readonly Snapshot[];
  /** Bytes from the table's start to the end of its last entry. */
  readonly length: number;
}

const mostSnapshots = 65_536;
const mostTableBytes = 1024 * mostSnapshots;
const mostExtraBytes = 1024;
const entryBytes = 40;
/** Size of the machine's state, size of the disk, instructions: 8 bytes each. */
const knownExtra = 24;
/** Read at once: most tables are shorter. */
const pieceBytes = 64 * 1024;

/** Reads the table of snapshots. Throws ImageFault where it may not stand there, is too large, or its entries make no sense. */
export function readSnapshots(file: ByteSource, header: Qcow2Header): SnapshotTable {
  const { snapshotCount: count, snapshotsOffset: start } = header;
  if (count > mostSnapshots) throw new ImageFault('malformed', `it is said to have ${count} snapshots: too many`, 60);
  if (start % header.clusterSize !== 0 || start > Number.MAX_SAFE_INTEGER)
    throw new ImageFault(
      'malformed',
      `the snapshot table is said to stand at ${start}: not the start of a cluster`,
      64,
    );
  const snapshots: Snapshot[] = [];
  const window = new Window(file);
  let at = start;
  let length = 0;
  for (let index = 0; index < count; index++) {
    at = Math.ceil(at / 8) * 8;
    const entry = window.read(at, entryBytes, index);
    const extraLength = entry.readUInt32BE(36);
    if (extraLength > mostExtraBytes)
      throw new ImageFault(
        'malformed',
        `snapshot ${index + 1} has ${extraLength} bytes of extra data: too much`,
        at + 36,
      );
    const idLength = entry.readUInt16BE(12);
    const nameLength = entry.readUInt16BE(14);
    const rest = window.read(at + entryBytes, extraLength + idLength + nameLength, index);
    snapshots.push(snapshotOf(entry, rest, extraLength, idLength, at));
    at += entryBytes + rest.length;
    length = Math.ceil(length / 8) * 8 + entryBytes + rest.length;
    if (length > mostTableBytes)
      throw new ImageFault('malformed', `the snapshot table is longer than ${mostTableBytes} bytes`, start);
  }
  return { snapshots, length: at - start };
}

function snapshotOf(entry: Buffer, rest: Buffer, extraLength: number, idLength: number, at: number): Snapshot {
  const known = Math.min(extraLength, knownExtra);
  const names = rest.subarray(extraLength);
  // all bits set: not counted
  const counts = known >= 24 && rest.readBigUInt64BE(16) !== 0xffff_ffff_ffff_ffffn;
  return {
    id: text(names.subarray(0, idLength)),
    name: text(names.subarray(idLength)),
    l1Offset: bigEndian64(entry, 0),
    l1Entries: entry.readUInt32BE(8),
    stateSize: known >= 8 ? bigEndian64(rest, 0) : entry.readUInt32BE(32),
    seconds: entry.readUInt32BE(16),
    nanoseconds: entry.readUInt32BE(20),
    clock: bigEndian64(entry, 24),
    instructions: counts ? bigEndian64(rest, 16) : undefined,
    extraLength,
    at,
  };
}

/** Text as C reads it: up to the first zero byte. */
function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

/** Pieces of a file, read in larger ones. */
class Window {
  readonly #file: ByteSource;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: ByteSource) {
    this.#file = file;
  }

  read(at: number, length: number, index: number): Buffer {
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      const all = Math.min(Math.max(length, pieceBytes), this.#file.size - at);
      if (all < length) throw new ImageFault('cut-short', `the file ends within snapshot ${index + 1}`, at);
      this.#bytes = bytesAt(this.#file, at, all, 'the snapshot table');
      this.#start = at;
    }
    return this.#bytes.subarray(at - this.#start, at - this.#start + length);
  }
}
