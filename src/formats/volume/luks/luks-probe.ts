import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { bigEndian64 } from '#formats/disk/read-bytes';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { standsAt, textAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// LUKS On-Disk Format Specification 1.2.3; LUKS2 On-Disk Format Specification 1.1.1
const first = 'LUKS\xba\xbe';
const second = 'SKUL\xba\xbe';
/** Where the second header of LUKS2 can stand, by the size of the first. */
const seconds = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096].map(kib => kib * 1024);

/** A disk that is encrypted with LUKS 1 or 2. */
export const luks: ContentProbe = {
  type: 'crypto_LUKS',
  identify(look) {
    const header = look.at(0, 592);
    if (standsAt(header, 0, first) && header !== undefined) {
      const version = header.readUInt16BE(6);
      if (version === 1) return firstVersion(header);
      if (version === 2) return secondVersion(look, header, 0);
    }
    for (const at of seconds) {
      const copy = look.at(at, 592);
      if (
        copy !== undefined &&
        standsAt(copy, 0, second) &&
        copy.readUInt16BE(6) === 2 &&
        bigEndian64(copy, 256) === at
      ) {
        const content = secondVersion(look, copy, at);
        return { ...content, faults: ['its first header is gone; the second is there', ...(content.faults ?? [])] };
      }
    }
    return undefined;
  },
};

function firstVersion(header: Buffer): Content {
  const [cipher, mode, hash] = [textAt(header, 8, 32), textAt(header, 40, 32), textAt(header, 72, 32)];
  let slots = 0;
  for (let slot = 0; slot < 8; slot += 1) if (header.readUInt32BE(208 + slot * 48) === 0x00ac71f3) slots += 1;
  return {
    type: 'crypto_LUKS',
    usage: 'crypto',
    at: 0,
    version: '1',
    uuid: textAt(header, 168, 40),
    notes: [
      `${cipher ?? '?'}-${mode ?? '?'}, ${header.readUInt32BE(108) * 8} bits, ${hash ?? '?'}, ${slots} of 8 keys`,
    ],
  };
}

function secondVersion(look: Look, header: Buffer, at: number): Content {
  const subsystem = textAt(header, 208, 48);
  return {
    type: 'crypto_LUKS',
    usage: 'crypto',
    at,
    version: '2',
    label: textAt(header, 24, 48),
    uuid: textAt(header, 168, 40),
    identifiers: subsystem === undefined ? undefined : { subsystem },
    faults: isSealed(look, header, at) === false ? ['the checksum of its header is wrong'] : [],
  };
}

/** Whether header and description have the checksum that they name, their own field taken for zero; undefined where it cannot be told. */
function isSealed(look: Look, header: Buffer, at: number): boolean | undefined {
  const size = bigEndian64(header, 8);
  const area = size < 4096 ? undefined : look.at(at, size);
  const algorithm = textAt(header, 72, 32);
  if (area === undefined || (algorithm !== 'sha256' && algorithm !== 'sha512' && algorithm !== 'sha1'))
    return undefined;
  const cleared = Buffer.from(area);
  cleared.fill(0, 448, 512);
  const sum = createHash(algorithm).update(cleared).digest();
  return sum.equals(area.subarray(448, 448 + sum.length));
}
