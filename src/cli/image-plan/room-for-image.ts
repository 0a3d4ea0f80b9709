import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { imageUse } from '#apply/image-use';
import type { Target } from '#apply/target';
import { imageOptions } from '#change/image/making-calls';
import { exitCodes } from '#cli/exit-codes';
import { inputError, RequestError } from '#cli/request-error';
import { maskOutput } from '#formats/secrets/mask-output';

/** What is asked of qemu-img measure. */
export interface MeasureRequest {
  readonly from: string;
  readonly fromFormat: string;
  readonly fromSecret?: string | undefined;
  readonly format: string;
  readonly options: Readonly<Record<string, string | undefined>>;
}

/** What QEMU may need beyond what it says, and the header of LUKS. */
const margin = 1.05;
const luksHeader = 17 * 1024 * 1024;

/**
 * Asks qemu-img how much room an image will take, in bytes. It also finds options that the format does not have, before anything is done. Throws
 * RequestError with what it says.
 */
export async function measuredBytes(target: Target, request: MeasureRequest): Promise<number> {
  const { from, fromFormat, fromSecret, options } = request;
  // it measures no others; their data alone is about what they take
  const format = request.format === 'qcow2' ? 'qcow2' : 'raw';
  const words = Object.entries(format === request.format ? options : {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const { code, output } = await target.run([
    'qemu-img',
    'measure',
    '--output=json',
    ...(fromSecret === undefined ? [] : ['--object', `secret,id=from,file=${fromSecret.replaceAll(',', ',,')}`]),
    '-O',
    format,
    ...(words.length === 0 ? [] : ['-o', words.join(',')]),
    '--image-opts',
    imageOptions(fromFormat, from, fromSecret && 'from').join(','),
  ]);
  if (code === 127) throw inputError('qemu-img is not installed', 'it comes with qemu-utils, qemu-img or qemu-tools');
  if (code !== 0) {
    const { writers } = await imageUse(target, from);
    if (writers.length > 0) throw new RequestError(`${from} is in use: ${writers.join(', ')}`, exitCodes.notHolding);
    throw inputError(maskOutput(output).trim().slice(0, 1000));
  }
  const value: unknown = JSON.parse(output);
  const sizes = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const isFull = options['preallocation'] === 'full' || options['preallocation'] === 'falloc';
  const needed = Number(sizes.get(isFull ? 'fully-allocated' : 'required') ?? 0);
  return Math.ceil(needed * margin) + luksHeader;
}

/** The f_type of Btrfs: cp shares its blocks. */
const btrfs = 0x9123683e;

/** Room that a copy beside a file takes, in bytes. */
export const copyBytes = (path: string, allocated: number): number =>
  statfsSync(dirname(path)).type === btrfs ? 0 : Math.ceil(allocated * margin);
