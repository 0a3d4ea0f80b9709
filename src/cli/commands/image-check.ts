import type { ImageOptions } from '#cli/commands/image-info';
import { exitCodes } from '#cli/exit-codes';
import { imageError, openImage } from '#cli/open-image';
import { jsonText, openOutput } from '#cli/output';
import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';
import type { OpenImage } from '#formats/disk/image-format';
import { imageMarks } from '#formats/disk/image-marks';
import { imageCheckJson } from '#report/json/image-json';

/**
 * `nearmetal image check`: examines the metadata of an image; as JSON what `qemu-img check --output=json` prints, and each damage. Exit code 2: something is
 * wrong with it. Nothing is written.
 */
export async function imageCheck(path: string, options: ImageOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { chain, close } = openImage(path, { ...options, isAlone: true });
  try {
    const [{ image }] = chain.layers;
    const check = examined(image);
    if (check === undefined) {
      const says = `${image.format} has no metadata that could be examined`;
      await output.write(options.format === 'json' ? jsonText({ filename: path, format: image.format }) : `${says}\n`);
      return exitCodes.ok;
    }
    if (options.format === 'json') await output.write(jsonText(imageCheckJson(path, image.format, check)));
    else {
      const { imageCheckText } = await import('#report/human/image-check-text');
      await output.write(imageCheckText(path, check, marksOf(image), output.style));
    }
    return check.leaks + check.corruptions + check.checkErrors > 0 ? exitCodes.findings : exitCodes.ok;
  } finally {
    close();
  }
}

/** Marks that cannot be read are no reason to keep what the examination found. */
function marksOf(image: OpenImage): readonly string[] {
  try {
    return imageMarks(image);
  } catch (error) {
    if (error instanceof ImageFault) return [];
    throw error;
  }
}

function examined(image: OpenImage): ImageCheck | undefined {
  try {
    return image.check?.();
  } catch (error) {
    if (error instanceof ImageFault) throw imageError(error);
    throw error;
  }
}
