import { broken } from '#formats/disk/zstd/bit-readers';
import { decodeBlock, type FrameState } from '#formats/disk/zstd/decode-block';
import { fixedTables } from '#formats/disk/zstd/fixed-tables';

const magic = 0xfd2fb528;
const skippable = 0x184d2a50;

/**
 * Decompresses Zstandard data (RFC 8878) until `size` bytes have come out; what follows then is not looked at. Node has no Zstandard before 22.15.
 * Throws ImageFault, `malformed`, where the data is broken or gives fewer bytes. Dictionaries are not known; checksums are not looked at.
 */
export function decompressZstd(bytes: Uint8Array, size: number): Buffer {
  const target = Buffer.alloc(size);
  const fixed = fixedTables();
  let written = 0;
  for (let at = 0; written < size; ) {
    if (at + 8 > bytes.length) throw broken('it ends too early');
    const word = wordAt(bytes, at);
    if ((word & 0xffff_fff0) >>> 0 === skippable) {
      at += 8 + wordAt(bytes, at + 4);
      continue;
    }
    if (word !== magic) throw broken('no frame starts here');
    const frame = frameAt(target, written, fixed);
    at = decodeFrame(bytes, at + 4, frame);
    written = frame.at;
  }
  return target;
}

/** The same of the first frame alone, which gives at most `most` bytes. */
export function decompressZstdFrame(bytes: Uint8Array, most: number): Buffer {
  if (bytes.length < 8 || wordAt(bytes, 0) !== magic) throw broken('no frame starts here');
  const frame = frameAt(Buffer.alloc(most), 0, fixedTables());
  decodeFrame(bytes, 4, frame);
  return Buffer.from(frame.target.subarray(0, frame.at));
}

const frameAt = (target: Buffer, at: number, fixed: FrameState['fixed']): FrameState => ({
  target,
  start: at,
  at,
  huffman: undefined,
  tables: [undefined, undefined, undefined],
  repeats: [1, 4, 8],
  fixed,
});

/** Decodes a frame from its header on; gives the first byte after it. */
function decodeFrame(bytes: Uint8Array, start: number, frame: FrameState): number {
  const descriptor = bytes[start] ?? 0;
  if ((descriptor & 8) !== 0) throw broken('a reserved bit is set');
  const isSingle = (descriptor & 32) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  let at = start + 1 + (isSingle ? 0 : 1) + dictionary + contentSize;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > bytes.length) throw broken('it ends too early');
    const header = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    at += 3;
    isLast = (header & 1) !== 0;
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    const end = at + (type === 1 ? 1 : size);
    if (end > bytes.length) throw broken('a block ends too early');
    if (type === 2) decodeBlock(bytes.subarray(at, end), frame);
    else if (type === 3) throw broken('a block is of no known type');
    else fill(frame, type === 0 ? bytes.subarray(at, end) : (bytes[at] ?? 0), size);
    at = end;
  }
  return at + ((descriptor & 4) !== 0 ? 4 : 0);
}

function fill(frame: FrameState, what: Uint8Array | number, size: number): void {
  if (frame.at + size > frame.target.length) throw broken('it is more than is to come out');
  if (typeof what === 'number') frame.target.fill(what, frame.at, frame.at + size);
  else frame.target.set(what, frame.at);
  frame.at += size;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
