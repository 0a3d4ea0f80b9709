import { ImageFault } from '#formats/disk/image-fault';
import { bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

/** A LUKS header of version 1 (LUKS On-Disk Format Specification 1.2.3). It holds no key: what opens the slots is not in it. */
export interface LuksHeader {
  /** aes, serpent, twofish … */
  readonly cipher: string;
  /** xts-plain64, cbc-essiv:sha256 … */
  readonly mode: string;
  readonly hash: string;
  /** Byte, from the start of the header, at which the data starts. */
  readonly payloadOffset: number;
  /** Bytes of the master key. */
  readonly keyBytes: number;
  /** Rounds that the digest of the master key takes. */
  readonly iterations: number;
  readonly uuid: string;
  readonly slots: readonly LuksSlot[];
}

/** A place for a passphrase. */
export interface LuksSlot {
  readonly isActive: boolean;
  /** Rounds that its passphrase takes. */
  readonly iterations: number;
  /** Byte, from the start of the header, at which its key material starts. */
  readonly keyOffset: number;
  readonly stripes: number;
}

const headerBytes = 592;
const sector = 512;
const slotsAt = 208;
const slotBytes = 48;
const activeSlot = 0x00ac71f3;

/** Do these bytes start as a LUKS header does, of whatever version? */
export const isLuks = (head: Uint8Array): boolean =>
  head.length >= 8 && [0x4c, 0x55, 0x4b, 0x53, 0xba, 0xbe].every((byte, at) => head[at] === byte);

/** Reads the header that stands at byte `at`, where at most `room` bytes are kept for it. Throws ImageFault. */
export function parseLuksHeader(source: ByteSource, at: number, room: number): LuksHeader {
  if (room < headerBytes)
    throw new ImageFault('malformed', `the LUKS header has room for ${room} bytes: too little`, at);
  const head = bytesAt(source, at, headerBytes, 'the LUKS header');
  if (!isLuks(head)) throw new ImageFault('malformed', 'no LUKS header stands there', at);
  const version = head.readUInt16BE(6);
  if (version !== 1) throw new ImageFault('unsupported', `LUKS version ${version} is not read here`, at + 6);
  return {
    cipher: text(head, 8, 32),
    mode: text(head, 40, 32),
    hash: text(head, 72, 32),
    payloadOffset: head.readUInt32BE(104) * sector,
    keyBytes: head.readUInt32BE(108),
    iterations: head.readUInt32BE(164),
    uuid: text(head, 168, 40),
    slots: Array.from({ length: 8 }, (_, index) => {
      const slot = slotsAt + index * slotBytes;
      return {
        isActive: head.readUInt32BE(slot) === activeSlot,
        iterations: head.readUInt32BE(slot + 4),
        keyOffset: head.readUInt32BE(slot + 40) * sector,
        stripes: head.readUInt32BE(slot + 44),
      };
    }),
  };
}

/** Gives what `qemu-img info` says of a LUKS header, in its names (qapi/crypto.json, QCryptoBlockInfoLUKS). */
export function luksInfo(header: LuksHeader): Record<string, unknown> {
  const [mode = '', generator = '', hash] = header.mode.split(/[-:]/, 3);
  // XTS splits the key in two
  const keyBits = (header.keyBytes * 8) / (mode === 'xts' ? 2 : 1);
  return {
    'cipher-alg': cipherName(header.cipher, keyBits),
    'cipher-mode': mode,
    'ivgen-alg': generator,
    ...(hash === undefined ? {} : { 'ivgen-hash-alg': hash }),
    'hash-alg': header.hash,
    'payload-offset': header.payloadOffset,
    'master-key-iters': header.iterations,
    uuid: header.uuid,
    slots: header.slots.map(({ isActive, iterations, keyOffset, stripes }) => ({
      active: isActive,
      ...(isActive ? { iters: iterations, stripes } : {}),
      'key-offset': keyOffset,
    })),
  };
}

/** QEMU names a cipher by the bits of its key, but for DES. */
function cipherName(cipher: string, keyBits: number): string {
  if (cipher === 'des3_ede' || cipher === 'des3') return '3des';
  return cipher === 'des' ? 'des' : `${cipher}-${keyBits}`;
}

function text(head: Buffer, at: number, length: number): string {
  const bytes = head.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end === -1 ? length : end);
}
