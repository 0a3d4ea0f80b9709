import { ImageFault } from '#formats/disk/image-fault';
import { type FileBytes, openFileBytes } from '#transport/file-bytes';

/** Files that an image and those below it consist of, opened as they are named. */
export interface ImageFiles {
  /** Opens a file or a block device. Throws ImageFault: missing-file, refused-file. */
  readonly open: (name: string) => FileBytes;
  /** Closes all that were opened. */
  readonly close: () => void;
}

/** Takes how an error of the system is said; gives what opens the files of a chain of images. */
export function imageFiles(words: (error: unknown) => string = codeOf): ImageFiles {
  const files: FileBytes[] = [];
  return {
    open(name) {
      const file = openNamed(name, words);
      files.push(file);
      return file;
    },
    close() {
      for (const file of files.splice(0)) file.close();
    },
  };
}

function openNamed(path: string, words: (error: unknown) => string): FileBytes {
  try {
    return openFileBytes(path);
  } catch (error) {
    const code = codeOf(error);
    const says = code === 'EINVAL' ? 'it is neither a file nor a block device' : words(error);
    throw new ImageFault(code === 'ENOENT' || code === 'ENOTDIR' ? 'missing-file' : 'refused-file', `${path}: ${says}`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
