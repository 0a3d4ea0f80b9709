import type { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import { mostEntries } from '#formats/filesystem/browsed-file-system';

// Microsoft: FAT: General Overview of On-Disk Format, 1.03, FAT Long Directory Entries

/** Bytes of an entry of a folder. */
export const entryBytes = 32;

/** Attributes of an entry. */
export const attribute = { readOnly: 0x01, label: 0x08, folder: 0x10, longName: 0x0f } as const;

/** A name in a folder, and where its entry stands. */
export interface FatName {
  readonly name: string;
  /** Byte of the folder. */
  readonly at: number;
}

/** The most entries that a long name is made of. */
const mostPieces = 20;
/** Where the thirteen letters of a piece stand. */
const letters = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/** Letters above ASCII as DOS has them in America (code page 437), which Linux takes unasked as well. */
const high =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** Gives the names in the bytes of a folder, long ones where they belong to the short ones behind them; without `.`, `..` and the label. */
export function* namesIn(folder: Buffer): Generator<FatName> {
  let long: { text: string; next: number; sum: number } | undefined;
  let left = mostEntries;
  for (let at = 0; at + entryBytes <= folder.length; at += entryBytes) {
    const first = folder.readUInt8(at);
    if (first === 0) return;
    const kind = folder.readUInt8(at + 11);
    if (first !== 0xe5 && (kind & 0x3f) === attribute.longName) {
      const order = first & 0x3f;
      const sum = folder.readUInt8(at + 13);
      const text = pieceOf(folder, at);
      if ((first & 0x40) !== 0 && order >= 1 && order <= mostPieces) long = { text, next: order - 1, sum };
      else if (long !== undefined && order === long.next && order >= 1 && sum === long.sum)
        long = { text: text + long.text, next: order - 1, sum };
      else long = undefined;
      continue;
    }
    const own = long;
    long = undefined;
    if (first === 0xe5 || (kind & attribute.label) !== 0 || first === 0x2e) continue;
    if (--left < 0) throw new ImageFault('malformed', `a folder has more than ${mostEntries} names`);
    const isOwn = own !== undefined && own.next === 0 && own.sum === sumOf(folder, at);
    // a slash would lead elsewhere; FAT allows none
    yield { name: (isOwn ? own.text : shortName(folder, at)).replaceAll('/', '_'), at };
  }
}

function pieceOf(folder: Buffer, at: number): string {
  let text = '';
  for (const place of letters) {
    const unit = folder.readUInt16LE(at + place);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

/** By which a long name knows its short one. */
function sumOf(folder: Buffer, at: number): number {
  let sum = 0;
  for (let index = 0; index < 11; index++) sum = (((sum & 1) << 7) + (sum >> 1) + folder.readUInt8(at + index)) & 0xff;
  return sum;
}

/** Windows NT keeps whether name and ending are written small. */
function shortName(folder: Buffer, at: number): string {
  const part = (from: number, to: number, isSmall: boolean): string => {
    let text = '';
    for (let index = from; index < to; index++) {
      const byte = folder.readUInt8(at + index);
      // a name that begins with the mark of free entries
      text += index === 0 && byte === 0x05 ? letterOf(0xe5) : letterOf(byte);
    }
    const trimmed = text.trimEnd();
    return isSmall ? trimmed.toLowerCase() : trimmed;
  };
  const flags = folder.readUInt8(at + 12);
  const ending = part(8, 11, (flags & 0x10) !== 0);
  return `${part(0, 8, (flags & 0x08) !== 0)}${ending === '' ? '' : `.${ending}`}`;
}

const letterOf = (byte: number): string => (byte < 0x80 ? String.fromCharCode(byte) : (high[byte - 0x80] ?? '?'));
