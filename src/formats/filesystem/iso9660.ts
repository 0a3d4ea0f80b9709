import type { Buffer } from 'node:buffer';
import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, standsAt, textAt, wideTextAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

// ECMA-119; Joliet Specification (Microsoft, 1995); System Use Sharing Protocol (IEEE P1281)
const start = 32768;
const sector = 2048;
const mostDescriptors = 32;
const kinds = { boot: 0, primary: 1, supplementary: 2, end: 255 };
const joliet = ['%/@', '%/C', '%/E'];
/** Texts of a volume descriptor: byte and length of each. */
const texts = {
  system: [8, 32],
  'volume set': [190, 128],
  publisher: [318, 128],
  'data preparer': [446, 128],
  application: [574, 128],
} as const;
const volume = [40, 32] as const;

/** ISO 9660, with Joliet, and High Sierra, its forerunner. */
export const iso9660: ContentProbe = {
  type: 'iso9660',
  isTolerant: true,
  identify(look) {
    const first = look.at(start, sector);
    if (standsAt(first, 9, 'CDROM') && first !== undefined)
      return {
        type: 'iso9660',
        usage: 'filesystem',
        at: start + 9,
        version: 'High Sierra',
        label: textAt(first, 48, 32),
      };
    const descriptors = descriptorsOf(look);
    const primary = descriptors.find(one => one[0] === kinds.primary);
    if (primary === undefined) return undefined;
    const wide = descriptors.find(
      one => one[0] === kinds.supplementary && joliet.some(word => standsAt(one, 88, word)),
    );
    const block = primary.readUInt16LE(128);
    return {
      type: 'iso9660',
      usage: 'filesystem',
      at: start + 1,
      version: wide === undefined ? undefined : 'Joliet Extension',
      label: textOf(primary, wide, volume),
      uuid: dateAt(primary, 830) ?? dateAt(primary, 813),
      blockSize: block === 0 ? sector : block,
      clusterSize: block === 0 ? sector : block,
      size: product(primary.readUInt32LE(80), block),
      free: 0,
      identifiers: identifiersOf(primary, wide),
      notes: notesOf(look, descriptors, primary, block),
    };
  },
};

function descriptorsOf(look: Look): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let index = 0; index < mostDescriptors; index += 1) {
    const one = look.at(start + index * sector, sector);
    if (one === undefined || !standsAt(one, 1, 'CD001') || one[0] === kinds.end) break;
    found.push(one);
  }
  return found;
}

function identifiersOf(primary: Buffer, wide: Buffer | undefined): NonNullable<Content['identifiers']> {
  const found: Record<string, string> = {};
  for (const [name, place] of Object.entries(texts)) {
    const text = textOf(primary, wide, place);
    // those that begin so name a file in the root directory
    if (text !== undefined && !text.startsWith('_')) found[name] = text;
  }
  return found;
}

/**
 * Gives a text: Joliet's has half the room and no letters that file names must not have, the primary one none beyond ASCII; an underscore stands for
 * those. Where one is the beginning of the other, they are put together.
 */
function textOf(
  primary: Buffer,
  wide: Buffer | undefined,
  [at, length]: readonly [number, number],
): string | undefined {
  const narrow = textAt(primary, at, length);
  const broad = wide === undefined ? undefined : wideTextAt(wide, at, length, 'big');
  if (broad === undefined || narrow === undefined) return broad ?? narrow;
  let text = '';
  for (let index = 0; index < broad.length; index += 1) {
    const [letter, other] = [broad[index] ?? '', narrow[index] ?? ''];
    const isSame = letter === other || other === '_' || letter === '_' || letter.toUpperCase() === other;
    if (!isSame) return broad;
    text += letter === '_' ? other : letter;
  }
  return text + narrow.slice(broad.length);
}

/** Gives a date of 16 digits with hyphens between its parts; undefined where it is not set. */
function dateAt(descriptor: Buffer, at: number): string | undefined {
  const digits = descriptor.toString('latin1', at, at + 16);
  if (!/^\d{16}$/.test(digits) || (/^0+$/.test(digits) && descriptor[at + 16] === 0)) return undefined;
  return [digits.slice(0, 4), ...(digits.slice(4).match(/../g) ?? [])].join('-');
}

function notesOf(look: Look, descriptors: readonly Buffer[], primary: Buffer, block: number): readonly string[] {
  const notes: string[] = [];
  if (descriptors.some(one => one[0] === kinds.boot && standsAt(one, 7, 'EL TORITO SPECIFICATION')))
    notes.push('bootable (El Torito)');
  const root = look.at(primary.readUInt32LE(158) * block, 64);
  // the first entry is the folder itself; its system use begins after a name of one byte
  if (standsAt(root, 34, 'SP') && root?.[38] === 0xbe && root[39] === 0xef)
    notes.push('Rock Ridge or other system use');
  return notes;
}
