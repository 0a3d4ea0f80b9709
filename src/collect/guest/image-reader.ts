import { imageFiles } from '#collect/guest/image-files';
import { ownImageInfo } from '#collect/guest/own-image-info';
import { openImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageFormats } from '#formats/disk/image-formats';
import { layerInfo } from '#formats/disk/layer-info';
import { maskSource } from '#formats/secrets/mask-source';
import type { Commands } from '#transport/commands';
import { isMissing } from '#transport/file-bytes';
import type { FileResult } from '#transport/file-tree';

const start = ownImageInfo('', '').slice(0, 6);

/**
 * Takes commands; gives commands that answer `ownImageInfo` by reading the image here, without running anything. A layer whose format nobody recorded
 * is opened only where it looks raw: else its first bytes may be the guest's own.
 */
export function readingImages(commands: Commands): Commands {
  return {
    output(argv) {
      const [format, end, path] = argv.slice(start.length);
      const isOwn = start.every((word, at) => argv[at] === word) && end === '--';
      return isOwn && format !== undefined && path !== undefined ? readChain(path, format) : commands.output(argv);
    },
  };
}

function readChain(path: string, format: string): FileResult<string> {
  if (isMissing(path)) return { outcome: 'absent' };
  const { open: openFile, close } = imageFiles();
  try {
    const { layers } = openImageChain(path, { formats: imageFormats, openFile, format, isProbing: false });
    return { outcome: 'ok', value: JSON.stringify(layers.map(layerInfo)) };
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    if (error.kind === 'missing-file') return { outcome: 'absent' };
    return { outcome: 'denied', reason: maskSource(error.message) };
  } finally {
    close();
  }
}
