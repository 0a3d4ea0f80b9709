import { ImageFault } from '#formats/disk/image-fault';
import type { LuksHeader } from '#formats/disk/luks/luks-header';
import { bytesAt } from '#formats/disk/read-bytes';
import type { ByteSource } from '#units/byte-source';

const slotStates = [0x0000dead, 0x00ac71f3];
const sector = 512;
/** Key material stands in units of so many sectors. */
const keySectors = 8;
/** Bytes of the keys that QEMU knows for each cipher (crypto/block-luks.c); of XTS for each half. */
const cipherKeys: ReadonlyMap<string, readonly number[]> = new Map([
  ['aes', [16, 24, 32]],
  ['cast5', [16]],
  ['serpent', [16, 24, 32]],
  ['twofish', [16, 24, 32]],
]);
const modes = ['ecb', 'cbc', 'xts', 'ctr'];
const generators = ['plain', 'plain64', 'essiv'];
const hashes = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'ripemd160'];

/** Throws ImageFault where a LUKS header at the start of a file is none that QEMU would open: ciphers that it does not know, key slots that overlap. */
export function examineLuksHeader(file: ByteSource, header: LuksHeader): void {
  examineCipher(header);
  examineSlots(file, header);
  if (header.payloadOffset > file.size)
    throw new ImageFault('cut-short', `the data begins at ${header.payloadOffset}, the file ends at ${file.size}`, 104);
}

function examineCipher({ cipher, mode: specified, hash, keyBytes }: LuksHeader): void {
  const [, mode = '', generator = '', ivHash] = /^([^-:]+)-([^-:]+)(?::(.+))?$/.exec(specified) ?? [];
  if (mode === '') throw new ImageFault('malformed', 'the mode of the cipher cannot be read', 40);
  const length = mode === 'xts' ? keyBytes / 2 : keyBytes;
  if (cipherKeys.get(cipher)?.includes(length) !== true)
    throw new ImageFault(
      'unsupported',
      `a cipher ${JSON.stringify(cipher)} with a key of ${length} bytes is not known`,
      8,
    );
  if (generator === 'essiv' && ivHash === undefined)
    throw new ImageFault('malformed', 'the mode of the cipher does not say which hash makes the vectors', 40);
  for (const [known, word, at, what] of [
    [modes, mode, 40, 'mode'],
    [generators, generator, 40, 'generator of vectors'],
    [hashes, ivHash ?? 'sha256', 40, 'hash'],
    [hashes, hash, 72, 'hash'],
  ] as const)
    if (!known.includes(word))
      throw new ImageFault('unsupported', `a ${what} ${JSON.stringify(word)} is not known`, at);
}

function examineSlots(file: ByteSource, { slots, keyBytes, payloadOffset }: LuksHeader): void {
  const states = bytesAt(file, 208, slots.length * 48, 'the key slots');
  const taken: { readonly start: number; readonly end: number }[] = [];
  for (const [index, { stripes, keyOffset: start }] of slots.entries()) {
    const at = 208 + index * 48;
    if (!slotStates.includes(states.readUInt32BE(index * 48)))
      throw new ImageFault('malformed', `key slot ${index} is neither in use nor free`, at);
    if (stripes === 0) throw new ImageFault('malformed', `key slot ${index} has no stripes`, at + 44);
    const unit = keySectors * sector;
    const end = start + Math.ceil((keyBytes * stripes) / unit) * unit;
    if (end > payloadOffset) throw new ImageFault('malformed', `key slot ${index} reaches into the data`, at + 40);
    if (taken.some(other => start < other.end && other.start < end))
      throw new ImageFault('malformed', `key slot ${index} overlaps with another`, at + 40);
    taken.push({ start, end });
  }
}
