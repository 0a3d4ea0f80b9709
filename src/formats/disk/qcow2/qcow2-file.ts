import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours } from '#formats/disk/image-format';
import { type HeaderExtensions, readExtensions } from '#formats/disk/qcow2/header-extensions';
import {
  headerBytes,
  incompatibleBit,
  l2EntryBytes,
  parseQcow2Header,
  type Qcow2Header,
} from '#formats/disk/qcow2/qcow2-header';
import { wholeSectors } from '#formats/disk/qcow2/whole-sectors';
import { bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** A qcow2 file whose header was read: what its other parts are read by. */
export interface Qcow2File {
  readonly file: ByteSource;
  readonly header: Qcow2Header;
  readonly extensions: HeaderExtensions;
  /** Entries of an L2 table. */
  readonly l2Entries: number;
  /** Bytes of an entry: 16 where clusters are divided into subclusters. */
  readonly entryBytes: 8 | 16;
  readonly hasDataFile: boolean;
  /** Gives the file that holds the guest's data: this one, or the one it names. Throws ImageFault where that one is missing or refused. */
  readonly data: () => ByteSource;
}

/** Reads header and extensions. Throws ImageFault. */
export function openQcow2File(source: ByteSource, neighbours: Neighbours): Qcow2File {
  const file = wholeSectors(source);
  const header = parseQcow2Header(bytesAt(file, 0, headerBytes, 'the header'));
  const extensions = readExtensions(file, header);
  const entryBytes = l2EntryBytes(header);
  const hasDataFile = (header.incompatible & incompatibleBit.dataFile) !== 0n;
  let dataFile: ByteSource | undefined;
  return {
    file,
    header,
    extensions,
    entryBytes,
    l2Entries: header.clusterSize / entryBytes,
    hasDataFile,
    data() {
      if (!hasDataFile) return file;
      if (extensions.dataFile === undefined || extensions.dataFile === '')
        throw new ImageFault('missing-file', 'it needs a data file, and does not name it');
      dataFile ??= neighbours.open(extensions.dataFile);
      return dataFile;
    },
  };
}
