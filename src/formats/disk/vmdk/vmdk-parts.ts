import { Buffer } from 'node:buffer';
import { ImageFault } from '#formats/disk/image-fault';
import type { Neighbours } from '#formats/disk/image-format';
import { bytesAt } from '#formats/disk/read-bytes';
import { readVmdkDescriptor, type VmdkDescriptor, type VmdkExtentLine } from '#formats/disk/vmdk/vmdk-descriptor';
import { readCowd, readSeSparse } from '#formats/disk/vmdk/vmdk-esx';
import type { VmdkPart } from '#formats/disk/vmdk/vmdk-part';
import { readSparse } from '#formats/disk/vmdk/vmdk-sparse';
import type { ByteSource } from '#units/byte-source';

/** A VMDK with its parts in the order of the disk. */
export interface VmdkParts {
  readonly descriptor: VmdkDescriptor;
  readonly createType: string;
  readonly parts: readonly NamedPart[];
}

/** A part, and how the descriptor tells of it. Of an image that has its own data in its own file there is no line. */
export interface NamedPart extends VmdkPart {
  readonly line: VmdkExtentLine | undefined;
}

/** Descriptors have 20 sectors where they are embedded; those of a file of their own are read up to here. */
const embeddedLength = 20 * 512;
const mostDescriptor = 1024 * 1024;
const createTypes = ['monolithicFlat', 'vmfs', 'vmfsSparse', 'seSparse', 'twoGbMaxExtentSparse', 'twoGbMaxExtentFlat'];

/** Reads descriptor and headers, and opens the files of the parts. Throws ImageFault. */
export function readVmdkParts(file: ByteSource, neighbours: Neighbours): VmdkParts {
  const magic = bytesAt(file, 0, Math.min(4, file.size), 'the header').toString('latin1');
  if (magic === 'COWD') return ownParts(file, readCowd(file));
  if (magic !== 'KDMV') return describedParts(file, 0, neighbours);
  const header = readSparse(file);
  if (header.capacity === 0 && header.descriptorAt !== 0) return describedParts(file, header.descriptorAt, neighbours);
  return ownParts(file, header.part());
}

function ownParts(file: ByteSource, part: VmdkPart): VmdkParts {
  const createType = part.grains?.map.isCompressed === true ? 'streamOptimized' : 'monolithicSparse';
  const descriptor = readVmdkDescriptor(descriptorText(file, 512, embeddedLength), 512);
  return { descriptor, createType, parts: [{ ...part, line: undefined }] };
}

function describedParts(file: ByteSource, at: number, neighbours: Neighbours): VmdkParts {
  const descriptor = readVmdkDescriptor(descriptorText(file, at, mostDescriptor), at);
  const { createType, extents } = descriptor;
  if (createType === undefined)
    throw new ImageFault('not-this-format', 'no VMDK image: the descriptor does not say of which type it is', at);
  if (!createTypes.includes(createType))
    throw new ImageFault('unsupported', `a VMDK of type ${JSON.stringify(createType)} is not read`, at);
  if (extents.length === 0) throw new ImageFault('malformed', 'the descriptor names no extent', at);
  return { descriptor, createType, parts: extents.map(line => ({ ...openPart(line, neighbours), line })) };
}

/** The text of a descriptor, as far as it goes. It is told in bytes, so that letters keep their places. */
function descriptorText(file: ByteSource, at: number, most: number): string {
  const length = Math.max(0, Math.min(most, file.size - at));
  return bytesAt(file, at, length, 'the descriptor').toString('latin1').split('\0', 1)[0] ?? '';
}

function openPart(line: VmdkExtentLine, neighbours: Neighbours): VmdkPart {
  const { type, sectors } = line;
  const file = neighbours.open(Buffer.from(line.file, 'latin1').toString('utf8'));
  if (type === 'FLAT' || type === 'VMFS')
    return { file, size: sectors * 512, flatAt: line.firstSector * 512, grains: undefined };
  if (type === 'SESPARSE') return readSeSparse(file);
  const magic = bytesAt(file, 0, Math.min(4, file.size), 'the header').toString('latin1');
  if (magic === 'COWD') return readCowd(file);
  if (magic !== 'KDMV') throw new ImageFault('malformed', `${line.file} does not begin as a sparse file`, 0);
  const header = readSparse(file);
  // a file that again only describes others could go on so without end
  if (header.capacity === 0) throw new ImageFault('unsupported', `${line.file} holds no data of its own`, 12);
  return header.part();
}
