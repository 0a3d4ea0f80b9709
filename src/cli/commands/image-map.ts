import type { ImageOptions } from '#cli/commands/image-info';
import { exitCodes } from '#cli/exit-codes';
import { imageError, openImage } from '#cli/open-image';
import { openOutput } from '#cli/output';
import { chainMap, type MapEntry } from '#formats/disk/chain-map';
import type { ImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageMapLine } from '#report/human/image-map-text';

/** `nearmetal image map`: prints which parts of a disk have data, and in which layer; as JSON what `qemu-img map --output=json` prints. */
export async function imageMap(path: string, options: ImageOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { chain, close } = openImage(path, options);
  try {
    if (chain.broken !== undefined) throw imageError(chain.broken);
    const files = chain.layers.map(layer => layer.path);
    const line = (entry: MapEntry): string =>
      options.format === 'json' ? JSON.stringify(entry) : imageMapLine(entry, files);
    const lines = [...entries(chain)].map(line);
    await output.write(options.format === 'json' ? `[${lines.join(',\n')}]\n` : `${lines.join('\n')}\n`);
    return exitCodes.ok;
  } finally {
    close();
  }
}

function* entries(chain: ImageChain): Generator<MapEntry> {
  try {
    yield* chainMap(chain);
  } catch (error) {
    if (error instanceof ImageFault) throw imageError(error);
    throw error;
  }
}
