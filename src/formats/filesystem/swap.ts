import type { Buffer } from 'node:buffer';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, standsAt, textAt, uuidAt } from '#formats/inside/fields';

// include/linux/swap.h of the kernel, union swap_header
const pages = [4096, 8192, 16384, 32768, 65536];
const tuxOnIce = '\xed\xc3\x02\xe9\x98\x56\xe5\x0c';
const asleep = ['S1SUSPEND', 'S2SUSPEND', 'ULSUSPEND', 'LINHIB0001'];
const leastSize = 10 * 4096;

/** A swap area, old and new, for pages of 4 to 64 KiB. */
export const swap: ContentProbe = {
  type: 'swap',
  identify(look) {
    if (look.size < leastSize || standsAt(look.at(0, 8), 0, tuxOnIce)) return undefined;
    for (const page of pages) {
      const at = page - 10;
      const signature = look.at(at, 10);
      if (standsAt(signature, 0, 'SWAP-SPACE')) return { type: 'swap', usage: 'other', at, version: '0' };
      const header = standsAt(signature, 0, 'SWAPSPACE2') ? look.at(1024, 512) : undefined;
      const found = header === undefined ? undefined : headerOf(header, page);
      if (found !== undefined) return { type: 'swap', usage: 'other', at, version: '1', ...found };
    }
    return undefined;
  },
};

/** A swap area in which a machine is asleep: the memory of it stands there, and is lost when it is used. */
export const suspended: ContentProbe = {
  type: 'swsuspend',
  identify(look) {
    if (look.size < leastSize) return undefined;
    const header = look.at(1024, 512);
    if (header === undefined) return undefined;
    const names = namesOf(header);
    if (standsAt(look.at(0, 8), 0, tuxOnIce))
      return { type: 'swsuspend', usage: 'other', at: 0, version: 'tuxonice', ...names };
    for (const page of pages) {
      const signature = look.at(page - 10, 10);
      const word = asleep.find(one => standsAt(signature, 0, one));
      if (word !== undefined)
        return { type: 'swsuspend', usage: 'other', at: page - 10, version: word.toLowerCase(), ...names };
    }
    return undefined;
  },
};

function headerOf(header: Buffer, page: number): Partial<Content> | undefined {
  const isLittle = header.readUInt32LE(0) === 1;
  if (!isLittle && header.readUInt32BE(0) !== 1) return undefined;
  const last = isLittle ? header.readUInt32LE(4) : header.readUInt32BE(4);
  if (last === 0) return undefined;
  return {
    ...namesOf(header),
    clusterSize: page,
    size: product(last + 1, page),
    capacity: product(last, page),
    byteOrder: isLittle ? 'little' : 'big',
  };
}

/** UUID and label; where something stands in the padding after them, these are no names either. */
const namesOf = (header: Buffer): Partial<Content> =>
  standsAt(header, 172, '\0\0\0\0\0\0\0\0') ? { uuid: uuidAt(header, 12), label: textAt(header, 28, 16) } : {};
