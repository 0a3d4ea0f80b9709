import type { ImageOptions } from '#cli/commands/image-info';
import { exitCodes } from '#cli/exit-codes';
import { imageError, openImage } from '#cli/open-image';
import { openOutput } from '#cli/output';
import { chainMap, chainStretches, type MapStretch } from '#formats/disk/chain-map';
import type { ImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { imageMapLine } from '#report/human/image-map-text';
import type { ByteSource } from '#units/byte-source';

/** `nearmetal image map`: prints which parts of a disk have data, and in which layer; as JSON what `qemu-img map --output=json` prints. */
export async function imageMap(path: string, options: ImageOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { chain, close } = openImage(path, options);
  try {
    if (chain.broken !== undefined) throw imageError(chain.broken);
    const text = options.format === 'json' ? jsonMap(chain) : humanMap(chain);
    await output.write(text);
    return exitCodes.ok;
  } finally {
    close();
  }
}

const jsonMap = (chain: ImageChain): string =>
  `[${[...faultsTold(chainMap(chain))].map(entry => JSON.stringify(entry)).join(',\n')}]\n`;

function humanMap(chain: ImageChain): string {
  const files = chain.layers.map(layer => layer.path);
  const parts = chain.layers.flatMap(layer => layer.parts);
  const names = new Map<ByteSource, string>(parts.map(({ path, file }) => [file, path]));
  const line = ({ entry, file }: MapStretch): string => imageMapLine(entry, files, file && names.get(file));
  return `${[...faultsTold(chainStretches(chain))].map(line).join('\n')}\n`;
}

function* faultsTold<T>(entries: Iterable<T>): Generator<T> {
  try {
    yield* entries;
  } catch (error) {
    if (error instanceof ImageFault) throw imageError(error);
    throw error;
  }
}
