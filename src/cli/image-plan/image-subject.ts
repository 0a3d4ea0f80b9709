import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileStamp } from '#apply/file-stamp';
import { type DiskOfGuest, disksOnImage } from '#apply/guests-on-image';
import type { Target } from '#apply/target';
import type { ImageFileState } from '#change/kinds/image-file';
import type { FileStamp } from '#change/observed';
import { imageError, openImage } from '#cli/open-image';
import { inputError, usageError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { ImageFault } from '#formats/disk/image-fault';
import type { OpenImage } from '#formats/disk/image-format';
import type { ImageInfo } from '#formats/disk/image-info';
import { imageMarks } from '#formats/disk/image-marks';
import { bytes, printBytes } from '#units/bytes';

/** An image that is worked on, and all that must be known before. */
export interface ImageSubject {
  /** Absolute, links followed. */
  readonly path: string;
  readonly format: string;
  /** Nobody says what it is but its first bytes, which whoever owns the guest may have written. */
  readonly isProbed: boolean;
  /** Bytes. */
  readonly virtualSize: number;
  readonly allocated: number;
  readonly info: ImageInfo;
  /** What its marks say; see imageMarks. */
  readonly marks: readonly string[];
  /** The layer right below, as recorded; `path`: where that leads. */
  readonly backing: { readonly name: string; readonly format: string | undefined } | undefined;
  /** Absolute paths of the layers below, as far as they are found. */
  readonly below: readonly string[];
  /** Why the layers below cannot be had. */
  readonly broken: string | undefined;
  /** A layer whose format is recorded nowhere: QEMU would go by its first bytes. */
  readonly unrecorded: string | undefined;
  /** Disks of stored definitions that it is. */
  readonly disks: readonly DiskOfGuest[];
  /** Undefined: it is no regular file. */
  readonly stamp: FileStamp | undefined;
  /** `qcow2, 10 GiB`. */
  readonly is: string;
}

/** How an image is named. */
export interface SubjectRequest {
  readonly imageFormat?: string | undefined;
  /** It is to be repaired: what it says of itself may be unreadable in part, which is then one of its marks. */
  readonly isDamaged?: boolean;
}

/**
 * Looks at an image before it is worked on. Its format is what the user says, else what the guest says whose disk it is, else what its first bytes
 * say. Throws RequestError.
 */
export async function imageSubject(
  { libvirt }: Pick<Target, 'libvirt'>,
  word: string,
  { imageFormat, isDamaged = false }: SubjectRequest,
): Promise<ImageSubject> {
  const { path, stat } = located(word);
  const disks = libvirt === undefined ? [] : await disksOnImage(libvirt, stat);
  const said = imageFormat ?? declaredFormat(disks, path);
  const { chain, close } = openImage(path, said === undefined ? {} : { imageFormat: said });
  try {
    const [top, ...rest] = chain.layers;
    const { image } = top;
    const isProbed = said === undefined;
    if (said !== undefined && said !== 'raw' && top.looksLike !== 'raw' && top.looksLike !== image.format)
      throw inputError(`${path} looks like ${top.looksLike}, not ${said}`, 'say what it is with --image-format');
    const unrecorded = rest.find(({ formatBy }) => formatBy === 'probed')?.path;
    return {
      path,
      format: image.format,
      isProbed,
      virtualSize: image.virtualSize,
      allocated: top.file.allocated,
      ...tellings(image, isDamaged),
      backing: image.backing,
      below: rest.map(layer => located(layer.path).path),
      broken: chain.broken && imageError(chain.broken).message,
      unrecorded,
      disks,
      stamp: fileStamp(path),
      is: `${image.format}, ${printBytes(bytes(image.virtualSize))}`,
    };
  } catch (error) {
    throw error instanceof ImageFault ? imageError(error) : error;
  } finally {
    close();
  }
}

function tellings(image: OpenImage, isDamaged: boolean): Pick<ImageSubject, 'info' | 'marks'> {
  try {
    return { info: image.info, marks: imageMarks(image) };
  } catch (error) {
    if (!isDamaged || !(error instanceof ImageFault)) throw error;
    return { info: { 'virtual-size': image.virtualSize }, marks: [error.message] };
  }
}

/** Takes the name of a file; gives where it is, links followed. Throws RequestError. */
export function located(word: string): { readonly path: string; readonly stat: Stats } {
  if (word === '' || word.includes('\0')) throw usageError('an image needs a name');
  try {
    const path = realpathSync(word);
    return { path, stat: statSync(path) };
  } catch (error) {
    throw inputError(`${word}: ${systemWords(error)}`);
  }
}

function declaredFormat(disks: readonly DiskOfGuest[], path: string): string | undefined {
  const said = [...new Set(disks.flatMap(({ format }) => format ?? []))];
  if (said.length > 1)
    throw inputError(
      `guests take ${path} for ${said.join(' and for ')}`,
      `${disks.map(({ guest, target }) => `${target} of ${guest}`).join(', ')}: say which it is with --image-format`,
    );
  return said[0];
}

/** The state of an image that is there. Throws RequestError for a device: it has no name that could be given to another. */
export function stateOf({ path, stamp, is }: ImageSubject): ImageFileState & { readonly stamp: FileStamp } {
  if (stamp === undefined)
    throw inputError(`${path} is no regular file`, 'a device cannot be replaced: convert it --into a file');
  return { is, stamp };
}

/** Throws RequestError where QEMU would not find the layers below, or go by their first bytes. */
export function refuseBadChain({ path, broken, unrecorded }: ImageSubject): void {
  if (broken !== undefined)
    throw inputError(
      `the layers below ${path} cannot be read: ${broken}`,
      'where the image below was moved: nearmetal image rebase IMAGE --moved --base WHERE-IT-IS',
    );
  if (unrecorded !== undefined)
    throw inputError(
      `what format ${unrecorded} has is recorded nowhere, and its first bytes may be of a guest's making`,
      `record it: nearmetal image rebase OVERLAY --moved --base ${unrecorded} --base-format FORMAT`,
    );
}

/**
 * Throws RequestError for an image that is more than one file: a copy of the one that is named would go on writing to the others, which nothing would
 * bring back.
 */
export function refuseParts({ path, info }: ImageSubject): void {
  const parts = partsOf(info['format-specific']?.data).filter(name => basename(name) !== basename(path));
  if (parts.length > 0)
    throw inputError(
      `${path} has its data in ${parts.join(', ')}, which would be changed without a copy`,
      'make one file of it first: nearmetal image convert IMAGE --to qcow2 --into FILE',
    );
}

function partsOf(data: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const { 'data-file': file, extents } = data ?? {};
  const listed: readonly unknown[] = Array.isArray(extents) ? extents : [];
  return [
    ...(typeof file === 'string' ? [file] : []),
    ...listed.flatMap(one =>
      typeof one === 'object' && one !== null && 'filename' in one && typeof one.filename === 'string'
        ? [one.filename]
        : [],
    ),
  ];
}
