import type { Buffer } from 'node:buffer';
import { bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** Gives `length` bytes of a table from byte `at` of the file on; `what` names it in the fault. Throws ImageFault. */
export type ReadPiece = (at: number, length: number, what: string) => Buffer;

/** Pieces are 4 MiB together at the most where each has 64 KiB. */
const mostPieces = 64;

/** Takes a file; gives a reader of pieces of its tables, which keeps those that were asked for last. */
export function pieceReader(file: ByteSource): ReadPiece {
  const kept = new Map<number, Buffer>();
  return (at, length, what) => {
    const known = kept.get(at);
    if (known !== undefined && known.length >= length) return known;
    const piece = bytesAt(file, at, length, what);
    kept.delete(at);
    kept.set(at, piece);
    if (kept.size > mostPieces) {
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    }
    return piece;
  };
}
