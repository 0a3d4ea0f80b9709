import { realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { inputError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { imageFiles } from '#collect/guest/image-files';
import { type ImageChain, type ImageFile, openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageFormats } from '#formats/disk/image-formats';
import { maskSource } from '#formats/secrets/mask-source';
import type { FileBytes } from '#transport/file-bytes';

/** Which image, and how far it is trusted. */
export interface ImageRequest {
  /** Its format; undefined: its first bytes tell. */
  readonly imageFormat?: string;
  /** Files that it names are opened only below its own folder and those allowed. */
  readonly untrusted?: boolean;
  readonly allow?: readonly string[];
  /** Only the image itself, not its backing files. */
  readonly isAlone?: boolean;
}

/** A chain of images that is open. */
export interface OpenedImage {
  readonly chain: ImageChain;
  readonly close: () => void;
}

/**
 * Opens an image and its backing files for reading. Where it is not trusted, what it names is opened only below the folder of the image and those that
 * are allowed, links followed, and never a device. Throws RequestError (66) where the image itself cannot be read; what is wrong below it stands in
 * the chain.
 */
export function openImage(path: string, request: ImageRequest = {}): OpenedImage {
  const { open, close } = imageFiles(systemWords);
  let folders: readonly string[] | undefined;
  let isFirst = true;
  const openFile = (name: string): ImageFile => {
    const file = open(name);
    if (!isFirst && folders !== undefined) refuseStranger(file, name, folders);
    isFirst = false;
    return file;
  };
  try {
    const { imageFormat: format, isAlone = false } = request;
    if (request.untrusted === true) folders = [folderOf(path), ...(request.allow ?? []).map(realFolder)];
    const chain = openImageChain(path, { formats: imageFormats, openFile, isAlone, ...(format && { format }) });
    return { chain, close };
  } catch (error) {
    close();
    if (error instanceof ImageFault) throw imageError(error);
    throw error;
  }
}

/** A fault of an image as what is wrong with the request. Credentials in names of files are masked. */
export const imageError = (fault: ImageFault): Error =>
  inputError(maskSource(fault.message), fault.kind === 'refused-file' ? adviceOnRefusal : undefined);

const adviceOnRefusal = '--allow FOLDER lets an untrusted image name files there';

function refuseStranger(file: FileBytes, name: string, folders: readonly string[]): void {
  const real = file.realPath();
  const isInside = folders.some(folder => real.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));
  if (file.isDevice || !isInside)
    throw new ImageFault(
      'refused-file',
      `${name}: an image that is not trusted may not name ${file.isDevice ? 'a device' : 'a file outside its folder'}`,
    );
}

const folderOf = (path: string): string => {
  const { open, close } = imageFiles(systemWords);
  try {
    return dirname(open(path).realPath());
  } finally {
    close();
  }
};

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw inputError(`${folder}: ${systemWords(error)}`);
  }
}
