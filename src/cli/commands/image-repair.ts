import { changeImageFile } from '#change/kinds/image-file';
import { imageSubject, stateOf } from '#cli/image-plan/image-subject';
import { copyBytes } from '#cli/image-plan/room-for-image';
import { type ImageWork, type ImageWorkOptions, runImagePlan } from '#cli/image-plan/run-image-plan';
import { imageError, openImage } from '#cli/open-image';
import { inputError } from '#cli/request-error';
import type { ImageCheck } from '#formats/disk/image-check';
import { ImageFault } from '#formats/disk/image-fault';

/** What `image repair` understands. */
export interface RepairOptions extends ImageWorkOptions {
  /** Also what cannot be put right without guessing, and may cost data. */
  readonly all?: boolean;
}

const repairable: readonly string[] = ['qcow2', 'qed', 'vdi', 'vhdx'];

/**
 * `nearmetal image repair IMAGE`: puts metadata right in a copy, examines it, and puts it into the place of the image, which is kept. Without --all only
 * room that is lost is given back, which never costs data.
 */
export function imageRepair(word: string, options: RepairOptions): Promise<number> {
  return runImagePlan('repair', options, async (target, timeFor): Promise<ImageWork> => {
    const image = await imageSubject(target, word, { imageFormat: options.imageFormat, isDamaged: true });
    const { path, format } = image;
    if (!repairable.includes(format)) throw inputError(`${path} is ${format}, of which qemu-img repairs nothing`);
    const found = checkOf(path, format);
    const { corruptions = 0, leaks = 0 } = found ?? {};
    const isMarked = image.marks.length > 0;
    if (found !== undefined && corruptions === 0 && leaks === 0 && !isMarked)
      throw inputError(`nothing is wrong with ${path}`, `nearmetal image check ${path}`);
    if (format === 'qed' && leaks > 0 && corruptions === 0 && !isMarked)
      throw inputError(
        `${path} has ${leaks} leaked clusters, which nothing gives back in QED; they harm nothing`,
        'what a guest has on it, in a file without them: nearmetal image convert IMAGE --to qcow2',
      );
    const mustAll = found === undefined || corruptions > 0 || isMarked;
    if (mustAll && options.all !== true)
      throw inputError(
        `${path} has ${corruptions === 0 ? 'a mark of damage' : `${corruptions} faults`}, not only room that is lost`,
        `nearmetal image check ${path} says what is hit; nearmetal image repair ${path} --all puts it right as far as can be`,
      );
    const what = options.all === true ? 'all' : 'leaks';
    const { modified, stamp } = timeFor(path);
    const kept = `${path}.before-${stamp}`;
    const made = {
      how: { by: 'repair', format, what } as const,
      modified,
      bytes: copyBytes(path, image.allocated) + 16 * 1024 * 1024,
      kept,
      isSame: true,
    };
    return {
      changes: [changeImageFile(path, stateOf(image), { is: `${image.is}, repaired`, made })],
      costs: [
        `The image as it is stays as ${kept}, and takes its room until it is removed.`,
        ...(what === 'all'
          ? [
              'What qemu-img cannot put right it says, and nothing is changed.',
              'Where metadata is damaged, what a guest reads there may be lost already; look at its file systems afterwards.',
            ]
          : []),
      ],
    };
  });
}

/** Undefined: so little can be read that our own examination says nothing. */
function checkOf(path: string, format: string): ImageCheck | undefined {
  const { chain, close } = openImage(path, { imageFormat: format, isAlone: true });
  try {
    return chain.layers[0].image.check?.();
  } catch (error) {
    if (error instanceof ImageFault && error.kind === 'unsupported') throw imageError(error);
    if (error instanceof ImageFault) return undefined;
    throw error;
  } finally {
    close();
  }
}
