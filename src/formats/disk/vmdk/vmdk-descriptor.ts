import { ImageFault } from '#formats/disk/image-fault';

/** What the descriptor of a VMDK says: lines of text (VMware: Virtual Disk Format 5.0, “The Descriptor File”). */
export interface VmdkDescriptor {
  readonly createType: string | undefined;
  /** Changes with each writing. */
  readonly contentId: number;
  /** That of the disk below when this one was laid over it; all bits set: there is none. */
  readonly parentContentId: number;
  readonly parent: string | undefined;
  readonly extents: readonly VmdkExtentLine[];
}

/** A line that tells of a file with a part of the disk. */
export interface VmdkExtentLine {
  readonly sectors: number;
  readonly type: VmdkExtentType;
  readonly file: string;
  /** Sector of the file at which a flat part begins. */
  readonly firstSector: number;
}

export type VmdkExtentType = 'FLAT' | 'VMFS' | 'SPARSE' | 'VMFSSPARSE' | 'SESPARSE';

const types: readonly VmdkExtentType[] = ['FLAT', 'VMFS', 'SPARSE', 'VMFSSPARSE', 'SESPARSE'];
/** Files that are opened at the most: 8 TiB in files of 2 GiB. */
const mostExtents = 4096;
const longestName = 1023;
const extentLine = /^\s*(RW|RDONLY|NOACCESS)\s+(\d{1,19})\s+(\S{1,10})(?:\s+"([^"\r\n]{1,511})"(?:\s+(\d{1,19}))?)?/;

/** Reads a descriptor that stands at byte `at` of its file. Throws ImageFault. */
export function readVmdkDescriptor(text: string, at: number): VmdkDescriptor {
  const extents: VmdkExtentLine[] = [];
  let place = at;
  for (const line of text.split('\n')) {
    const extent = readExtentLine(line, place);
    if (extent !== undefined) extents.push(extent);
    if (extents.length > mostExtents) throw new ImageFault('unsupported', `more than ${mostExtents} extents`, place);
    place += line.length + 1;
  }
  const parent = /parentFileNameHint="([^"]*)"/.exec(text)?.[1];
  if (parent !== undefined && parent.length > longestName)
    throw new ImageFault('malformed', `the name of the parent disk has ${parent.length} letters`, at);
  return {
    createType: /createType="([^"]{0,127})"/.exec(text)?.[1],
    contentId: readContentId(text, /^[ \t]*CID=([0-9a-fA-F]{1,8})/m, at),
    parentContentId: readContentId(text, /^[ \t]*parentCID=([0-9a-fA-F]{1,8})/m, at),
    parent,
    extents,
  };
}

function readContentId(text: string, line: RegExp, at: number): number {
  const id = line.exec(text)?.[1];
  if (id === undefined) throw new ImageFault('malformed', 'the descriptor does not say the IDs of its content', at);
  return Number.parseInt(id, 16);
}

function readExtentLine(line: string, at: number): VmdkExtentLine | undefined {
  const [, access, sectorText = '', typeText = '', file, firstText] = extentLine.exec(line) ?? [];
  if (access === undefined) return undefined;
  // QEMU leaves such a line out, and all that comes after it moves to a wrong place
  if (access !== 'RW') throw new ImageFault('unsupported', `an extent that is ${access} is not read`, at);
  const type = types.find(known => known === typeText);
  if (type === undefined) throw new ImageFault('unsupported', `an extent of type ${typeText} is not read`, at);
  const sectors = Number(sectorText);
  const firstSector = Number(firstText ?? 0);
  const isFlat = type === 'FLAT';
  const isPlaced = firstText !== undefined;
  if (file === undefined || isFlat !== isPlaced || sectors === 0)
    throw new ImageFault('malformed', 'the line of an extent cannot be read', at);
  if (!Number.isSafeInteger(sectors * 512) || !Number.isSafeInteger(firstSector * 512))
    throw new ImageFault('malformed', 'an extent is too large', at);
  return { sectors, type, file, firstSector };
}
