import { basename, dirname, relative } from 'node:path';
import { isName } from '#change/image/making';
import { changeImageFile } from '#change/kinds/image-file';
import { newPlace } from '#cli/commands/image-convert';
import { imageSubject, refuseBadChain } from '#cli/image-plan/image-subject';
import { type ImageWorkOptions, runImagePlan } from '#cli/image-plan/run-image-plan';
import { inputError, usageError } from '#cli/request-error';
import { bytes, printBytes } from '#units/bytes';
import { parseImageSize } from '#units/image-size';

/** What `image overlay` understands. */
export interface OverlayOptions extends ImageWorkOptions {
  readonly base: string;
  readonly baseFormat?: string;
  readonly size?: string;
  readonly clusterSize?: string;
  readonly extendedL2?: boolean;
  /** Write the whole path of the base down, not the way from the folder of the layer. */
  readonly absolute?: boolean;
}

/** Room of a new layer: its header and first tables. */
const emptyBytes = 4 * 1024 * 1024;

/** `nearmetal image overlay NEW --base IMAGE`: makes an empty qcow2 layer over an image, with the format of the base written down in it. */
export function imageOverlay(word: string, options: OverlayOptions): Promise<number> {
  return runImagePlan('overlay', options, async (target, timeFor) => {
    const place = newPlace(word);
    const { modified } = timeFor(place);
    const base = await imageSubject(target, options.base, { imageFormat: options.baseFormat });
    refuseBadChain(base);
    const size = options.size === undefined ? undefined : parseImageSize(options.size);
    if (options.size !== undefined && size === undefined) throw usageError(`“${options.size}” is no size`, '10G, 512M');
    if (size !== undefined && size < base.virtualSize)
      throw inputError(
        `${base.path} has ${printBytes(bytes(base.virtualSize))}: a smaller layer would hide its end`,
        'leave out --size',
      );
    const backing = backingName(place, base.path, options.absolute === true);
    const how = {
      by: 'overlay',
      backing,
      backingFormat: base.format,
      ...(size !== undefined && { size }),
      options: {
        ...(options.clusterSize !== undefined && { cluster_size: options.clusterSize }),
        ...(options.extendedL2 === true && { extended_l2: 'on' }),
      },
    } as const;
    const is = `qcow2 over ${backing} (${base.format}), ${printBytes(bytes(size ?? base.virtualSize))}`;
    const users = base.disks
      .filter(({ guest }) => guest !== '')
      .map(({ guest, target: disk }) => `${disk} of ${guest}`);
    return {
      changes: [
        changeImageFile(place, undefined, { is, made: { how, modified, bytes: emptyBytes, reads: [base.path] } }),
      ],
      costs: [
        `${base.path} must not be changed from now on: what lies above it would read something else.`,
        ...(users.length > 0 ? [`It is the disk ${users.join(', ')}, which must use the layer instead.`] : []),
        ...(base.isProbed && base.format !== 'raw'
          ? [`That it is ${base.format} is what its first bytes say; --base-format says it for certain.`]
          : []),
      ],
    };
  });
}

/** The name by which an image in one folder finds one in another, in words that QEMU takes for a path. Throws RequestError. */
export function backingName(place: string, base: string, isAbsolute: boolean): string {
  const way = isAbsolute ? base : relative(dirname(place), base);
  // what has a colon before any slash would be a protocol
  const name = isName(way) ? way : `./${way}`;
  if (!isName(name)) throw inputError(`${basename(base)} has too long a name for an image to name it`);
  return name;
}
