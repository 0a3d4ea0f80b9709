import type { Target } from '#apply/target';
import { changeImageFile } from '#change/kinds/image-file';
import { exitCodes } from '#cli/exit-codes';
import { contentFor, type DiskContent } from '#cli/image-plan/beyond-size';
import { type ImageSubject, imageSubject, refuseBadChain, refuseParts, stateOf } from '#cli/image-plan/image-subject';
import { copyBytes } from '#cli/image-plan/room-for-image';
import { type ImageWorkOptions, runImagePlan } from '#cli/image-plan/run-image-plan';
import { imageError, openImage } from '#cli/open-image';
import { inputError, RequestError, usageError } from '#cli/request-error';
import { ImageFault } from '#formats/disk/image-fault';
import { bytes, printBytes } from '#units/bytes';
import { parseImageSize } from '#units/image-size';

/** What `image resize` understands. */
export interface ResizeOptions extends ImageWorkOptions {
  /** The new size may be smaller. */
  readonly shrink?: boolean;
  readonly preallocation?: string;
}

/** Formats of which qemu-img changes the size. */
const resizable: readonly string[] = ['raw', 'qcow2', 'qed'];

/**
 * `nearmetal image resize IMAGE SIZE`: gives a disk another size, in a copy that is compared and takes the place of the image, which is kept. A smaller
 * one must not cut through anything that stands on it. Says what the guest is to do with more room.
 */
export function imageResize(word: string, sizeWord: string, options: ResizeOptions): Promise<number> {
  return runImagePlan('resize', options, async (target, timeFor) => {
    const image = await imageSubject(target, word, options);
    const { path, format, virtualSize } = image;
    const size = newSize(sizeWord, virtualSize);
    refuseFormat(image, size, options);
    refuseBadChain(image);
    refuseParts(image);
    await refuseRunning(target, image, size);
    const content = contentOf(image, size);
    refuseLoss(image, size, content);
    const { modified, stamp } = timeFor(path);
    const kept = `${path}.before-${stamp}`;
    const { preallocation } = options;
    const isGrowing = size > virtualSize;
    const how = {
      by: 'resize',
      format,
      size,
      ...(!isGrowing && { isSmaller: true }),
      ...(preallocation !== undefined && { preallocation }),
    } as const;
    const isTaken = preallocation === 'falloc' || preallocation === 'full';
    const more = isGrowing ? (isTaken ? size - virtualSize : Math.ceil((size - virtualSize) / 2048)) : 0;
    const made = {
      how,
      modified,
      bytes: copyBytes(path, image.allocated) + more + 4 * 1024 * 1024,
      kept,
      reads: image.below,
      ...(isGrowing && { isSame: true }),
    };
    const is = `${format}, ${printBytes(bytes(size))}`;
    return {
      changes: [changeImageFile(path, stateOf(image), { is, made })],
      costs: [
        `The old file stays as ${kept}, and takes its room until it is removed.`,
        ...(isGrowing ? grownWords(image, content) : shrunkWords(image, size, content)),
      ],
    };
  });
}

/** `20G`, or `+10G` for so much more. Throws RequestError. */
function newSize(word: string, now: number): number {
  const isMore = word.startsWith('+');
  const size = parseImageSize(isMore ? word.slice(1) : word);
  if (size === undefined) throw usageError(`“${word}” is no size`, '20G, 512M; +10G for so much more');
  const wanted = isMore ? now + size : size;
  if (wanted === 0 || wanted % 512 !== 0 || !Number.isSafeInteger(wanted))
    throw usageError(`a disk has sectors of 512 bytes, and ${wanted} bytes are no number of them`);
  return wanted;
}

function refuseFormat({ path, format, virtualSize, info }: ImageSubject, size: number, options: ResizeOptions): void {
  const { shrink, preallocation = 'off' } = options;
  if (size === virtualSize) throw inputError(`${path} has that size already: ${printBytes(bytes(size))}`);
  if (!resizable.includes(format))
    throw inputError(
      `${path} is ${format}, of which qemu-img cannot change the size`,
      'nearmetal image convert IMAGE --to qcow2',
    );
  if (info.encrypted === true)
    throw inputError(
      `${path} is encrypted, and its size cannot be changed without the passphrase`,
      'nearmetal image convert IMAGE --to qcow2 --source-secret-file FILE; or, while its guest runs, virsh blockresize',
    );
  if (size < virtualSize && shrink !== true)
    throw usageError(
      `${path} has ${printBytes(bytes(virtualSize))}: what stands beyond ${printBytes(bytes(size))} would be lost`,
      'make file systems and partitions smaller in the guest first, then say --shrink',
    );
  if (size < virtualSize && format === 'qed')
    throw inputError(`${path} is qed, which cannot become smaller`, 'nearmetal image convert IMAGE --to qcow2');
  if (size < virtualSize && preallocation !== 'off') throw usageError('what becomes smaller takes no room');
  if (format === 'qed' ? preallocation !== 'off' : format === 'raw' && preallocation === 'metadata')
    throw usageError(`${format} has no preallocation of the kind ${preallocation}`);
  const isOld = info['format-specific']?.data['compat'] === '0.10';
  if (isOld && (info.snapshots?.length ?? 0) > 0)
    throw inputError(
      `${path} is qcow2 of version 2 and has internal snapshots, with which it has one size for ever`,
      `remove them (qemu-img snapshot -d NAME ${path}), or: nearmetal image convert IMAGE --to qcow2`,
    );
}

async function refuseRunning({ libvirt }: Target, { path, disks }: ImageSubject, size: number): Promise<void> {
  for (const { domain, guest, target } of libvirt === undefined ? [] : disks)
    if (await libvirt?.isActive(domain))
      throw new RequestError(
        `${path} is disk ${target} of guest ${guest}, which runs`,
        exitCodes.notHolding,
        `while it runs: virsh blockresize ${guest} ${target} ${size}B`,
      );
}

function contentOf({ path, format, disks }: ImageSubject, size: number): DiskContent {
  const { chain, close } = openImage(path, { imageFormat: format });
  try {
    return contentFor(chain, size, disks[0]?.target ?? 'DISK');
  } catch (error) {
    if (error instanceof ImageFault) throw imageError(error);
    throw error;
  } finally {
    close();
  }
}

function refuseLoss({ path, virtualSize }: ImageSubject, size: number, { lost }: DiskContent): void {
  if (size > virtualSize || lost.length === 0) return;
  const words = lost.slice(0, 4).map(({ what, end }) => `${what} needs ${end} bytes`);
  throw inputError(
    `${path} would be cut to ${size} bytes, and ${words.join('; ')}`,
    'make it smaller in the guest first, the file system and then the partition',
  );
}

function grownWords({ info, disks }: ImageSubject, { steps }: DiskContent): readonly string[] {
  const guest = disks[0]?.guest;
  const where = guest === undefined ? 'in the guest' : `in ${guest}`;
  return [
    steps === undefined
      ? `Afterwards enlarge, ${where}, the partition and the file system: what stands on it is not known.`
      : `Afterwards, ${where}: ${steps.join('; ')}.`,
    ...snapshotWords(info),
  ];
}

function shrunkWords(
  { info, virtualSize }: ImageSubject,
  size: number,
  { isKnown, hasGpt }: DiskContent,
): readonly string[] {
  const gone = printBytes(bytes(virtualSize - size));
  return [
    isKnown
      ? `The last ${gone} go: no partition and no file system is there.`
      : `The last ${gone} go: they are zeroes. What else stands on it is not known.`,
    ...(hasGpt
      ? ['The copy of the partition table at the end goes with them; afterwards, in the guest: sgdisk -e /dev/DISK.']
      : []),
    ...snapshotWords(info),
  ];
}

const snapshotWords = ({ snapshots }: ImageSubject['info']): readonly string[] =>
  (snapshots?.length ?? 0) > 0 ? ['Going back to one of its internal snapshots brings the old size back.'] : [];
