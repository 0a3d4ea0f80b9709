import { statSync } from 'node:fs';
import type { Making } from '#change/image/making';
import { changeImageFile } from '#change/kinds/image-file';
import { backingName } from '#cli/commands/image-overlay';
import { type ImageSubject, imageSubject, refuseBadChain, refuseParts, stateOf } from '#cli/image-plan/image-subject';
import { copyBytes, measuredBytes } from '#cli/image-plan/room-for-image';
import { type ImageWorkOptions, runImagePlan } from '#cli/image-plan/run-image-plan';
import { inputError, usageError } from '#cli/request-error';
import { bytes, printBytes } from '#units/bytes';

/** What `image rebase` understands. */
export interface RebaseOptions extends ImageWorkOptions {
  readonly base?: string;
  readonly baseFormat?: string;
  /** Write everything into the layer, so that it needs no base. */
  readonly flatten?: boolean;
  /** The base is the same, and only its place or the record of it is another. */
  readonly moved?: boolean;
  readonly absolute?: boolean;
}

/**
 * `nearmetal image rebase OVERLAY --base IMAGE`: lays a layer over another image, so that the guest sees the same as before. With --moved only the
 * record changes: the base that is named must read as the old one did, which is proven where the old one can still be read.
 */
export function imageRebase(word: string, options: RebaseOptions): Promise<number> {
  refuseMisuse(options);
  return runImagePlan('rebase', options, async (target, timeFor) => {
    const overlay = await imageSubject(target, word, options);
    if (overlay.format !== 'qcow2' && overlay.format !== 'qed')
      throw inputError(
        `${overlay.path} is ${overlay.format}, which has no layer below it`,
        'nearmetal image convert IMAGE --to qcow2',
      );
    if (overlay.backing === undefined && options.flatten === true)
      throw inputError(`${overlay.path} has no layer below it`);
    const isProven = overlay.broken === undefined && overlay.unrecorded === undefined;
    if (options.moved !== true) {
      refuseBadChain(overlay);
      refuseParts(overlay);
    }
    const base = options.base === undefined ? undefined : await newBase(target, overlay, options.base, options);
    const { how, is } = makingOf(overlay, base, isProven, options);
    const isCopy = how.by === 'relink';
    const most = isCopy
      ? 0
      : await measuredBytes(target, { from: overlay.path, fromFormat: overlay.format, format: 'qcow2', options: {} });
    const { modified, stamp } = timeFor(overlay.path);
    const made = {
      how,
      modified,
      bytes: Math.max(copyBytes(overlay.path, overlay.allocated), most),
      kept: `${overlay.path}.before-${stamp}`,
      // what lies above it reads the same as before
      isSame: true,
      ...(base !== undefined && { reads: [base.path] }),
    };
    return {
      changes: [changeImageFile(overlay.path, stateOf(overlay), { is, made })],
      costs: [
        `The old file stays as ${made.kept}, and takes its room until it is removed.`,
        ...(isCopy && !isProven ? unproven(overlay, base) : []),
        ...(options.flatten === true ? ['The layer then holds all data, and shares none with other guests.'] : []),
      ],
    };
  });
}

function refuseMisuse({ base, flatten, moved }: RebaseOptions): void {
  if ((base === undefined) === (flatten !== true))
    throw usageError('lay it over what?', '--base IMAGE, or --flatten to need no base any more');
  if (moved === true && flatten === true)
    throw usageError('--moved names where the base is now', '--moved --base IMAGE');
}

interface NewBase {
  readonly path: string;
  readonly format: string;
  readonly virtualSize: number;
}

/** Its format is what the user says, or what the layer has recorded: never guessed by bytes that a guest may have written. */
async function newBase(
  target: Parameters<typeof imageSubject>[0],
  overlay: ImageSubject,
  word: string,
  { baseFormat }: RebaseOptions,
): Promise<NewBase> {
  const format = baseFormat ?? overlay.backing?.format;
  if (format === undefined)
    throw usageError(
      `${overlay.path} does not record what format its base has`,
      'say it: --base-format raw, --base-format qcow2 … Whoever made the base knows; its first bytes may lie',
    );
  const base = await imageSubject(target, word, { imageFormat: format });
  if (base.path === overlay.path || base.below.includes(overlay.path))
    throw inputError(`${base.path} lies above ${overlay.path}`, 'the layers would go in a circle');
  refuseBadChain(base);
  return { path: base.path, format, virtualSize: base.virtualSize };
}

function makingOf(
  overlay: ImageSubject,
  base: NewBase | undefined,
  isProven: boolean,
  { moved, absolute }: RebaseOptions,
): { readonly how: Making; readonly is: string } {
  const { format, path, virtualSize } = overlay;
  const size = printBytes(bytes(virtualSize));
  if (base === undefined) return { how: { by: 'rebase', format }, is: `${format}, ${size}, without a layer below` };
  const backing = backingName(path, base.path, absolute === true);
  const is = `${format} over ${backing} (${base.format}), ${size}`;
  const shared = { format, backing, backingFormat: base.format };
  return { how: moved === true ? { by: 'relink', ...shared, isProven } : { by: 'rebase', ...shared }, is };
}

function unproven(overlay: ImageSubject, base: NewBase | undefined): readonly string[] {
  if (base === undefined) return [];
  const isLater = statSync(base.path).mtimeMs > statSync(overlay.path).mtimeMs;
  return [
    `The old base cannot be read, so that nobody can prove that ${base.path} holds the same: if it does not, the disk is corrupt without a sign.`,
    ...(isLater ? [`${base.path} was written to after ${overlay.path} was: a base never is.`] : []),
  ];
}
