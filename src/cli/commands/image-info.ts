import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { type ImageRequest, imageError, openImage } from '#cli/open-image';
import { jsonText, openOutput } from '#cli/output';
import { tellProblems } from '#cli/tell-problems';
import { chainRemarks } from '#formats/disk/chain-remarks';
import { ImageFault } from '#formats/disk/image-fault';
import { imageMarks } from '#formats/disk/image-marks';
import { layerInfo } from '#formats/disk/layer-info';

/** Options of the commands that read an image. */
export type ImageOptions = CommonOptions & ImageRequest;

const howKnown = { said: 'as you say', recorded: 'as recorded above', probed: 'by its first bytes' };

/** `nearmetal image info`: prints what an image says of itself; as JSON what `qemu-img info --output=json` prints. */
export async function imageInfo(path: string, options: ImageOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { chain, close } = openImage(path, { ...options, isAlone: true });
  try {
    const [layer] = chain.layers;
    const info = layerInfo(layer);
    if (options.format === 'json') {
      await output.write(jsonText(info));
      return exitCodes.ok;
    }
    const { imageInfoText } = await import('#report/human/image-info-text');
    await output.write(imageInfoText(info, howKnown[layer.formatBy], imageMarks(layer.image), output.style));
    return exitCodes.ok;
  } catch (error) {
    throw error instanceof ImageFault ? imageError(error) : error;
  } finally {
    close();
  }
}

/**
 * `nearmetal image chain`: prints an image and its backing files; as JSON what `qemu-img info --backing-chain --output=json` prints. A chain that is
 * broken is printed as far as it goes, and the exit code is 66.
 */
export async function imageChain(path: string, options: ImageOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { chain, close } = openImage(path, options);
  try {
    const layers = chain.layers.map(layerInfo);
    const broken = chain.broken && imageError(chain.broken).message;
    if (options.format === 'json') await output.write(jsonText(layers));
    else {
      const { imageChainText } = await import('#report/human/image-chain-text');
      await output.write(imageChainText(layers, chainRemarks(chain), broken, output.style));
    }
    if (broken === undefined) return exitCodes.ok;
    if (options.format === 'json') tellProblems([{ message: broken }]);
    return exitCodes.input;
  } catch (error) {
    throw error instanceof ImageFault ? imageError(error) : error;
  } finally {
    close();
  }
}
