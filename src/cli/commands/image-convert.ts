import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DiskOfGuest } from '#apply/guests-on-image';
import type { Change } from '#change/change';
import type { FormatOptions } from '#change/image/making';
import { type DiskEdit, editDisks } from '#change/kinds/domain-disks';
import { changeImageFile } from '#change/kinds/image-file';
import { type ImageSubject, imageSubject, located, refuseBadChain, stateOf } from '#cli/image-plan/image-subject';
import { measuredBytes } from '#cli/image-plan/room-for-image';
import { type ImageWork, type ImageWorkOptions, type PlanTime, runImagePlan } from '#cli/image-plan/run-image-plan';
import { inputError, usageError } from '#cli/request-error';
import { bytes, printBytes } from '#units/bytes';

/** What `image convert` understands. */
export interface ConvertOptions extends ImageWorkOptions {
  readonly to: string;
  readonly into?: string;
  readonly guest?: string;
  readonly compress?: boolean;
  readonly compressionType?: string;
  readonly clusterSize?: string;
  readonly preallocation?: string;
  readonly compat?: string;
  readonly extendedL2?: boolean;
  readonly lazyRefcounts?: boolean;
  /** A file with the passphrase of the new image. */
  readonly secretFile?: string;
  /** A file with the passphrase of the old one. */
  readonly sourceSecretFile?: string;
}

/**
 * `nearmetal image convert IMAGE --to FORMAT`: writes what the guest sees into a new file, compares both, and puts the new one into the place of the
 * old one, which is kept; the guest whose disk it is gets the new format in the same plan.
 */
export function imageConvert(word: string, options: ConvertOptions): Promise<number> {
  refuseMisuse(options);
  return runImagePlan('convert', options, async (target, timeFor) => {
    const subject = await imageSubject(target, word, options);
    refuseBadChain(subject);
    const secret = options.secretFile && located(options.secretFile).path;
    const fromSecret = options.sourceSecretFile && located(options.sourceSecretFile).path;
    if (subject.info.encrypted === true && fromSecret === undefined)
      throw inputError(`${subject.path} is encrypted`, 'name a file with its passphrase: --source-secret-file FILE');
    const making = {
      by: 'convert',
      from: subject.path,
      fromFormat: subject.format,
      ...(fromSecret && { fromSecret }),
      format: options.to,
      options: formatOptions(options),
      ...(options.compress === true && { isCompressed: true }),
      ...(secret && { secret }),
    } as const;
    const room = await measuredBytes(target, { ...making, fromSecret });
    const place = options.into === undefined ? subject.path : newPlace(options.into);
    const time = timeFor(place);
    const made = {
      how: making,
      modified: time.modified,
      bytes: room,
      ...(options.into === undefined && { kept: `${place}.before-${time.stamp}` }),
    };
    const is = `${options.to}${secret ? ', encrypted' : ''}, ${printBytes(bytes(subject.virtualSize))}`;
    const image = changeImageFile(place, options.into === undefined ? stateOf(subject) : undefined, { is, made });
    return workOf(subject, image, place, options, time);
  });
}

function refuseMisuse(options: ConvertOptions): void {
  const { to, compress, secretFile, compressionType } = options;
  if (compress === true && secretFile !== undefined)
    throw usageError('an image can be compressed or encrypted, not both', 'leave out --compress or --secret-file');
  if (compress === true && !['qcow2', 'vmdk'].includes(to))
    throw usageError(`images of format ${to} cannot be compressed`);
  if (secretFile !== undefined && !['qcow2', 'luks'].includes(to))
    throw usageError(`images of format ${to} cannot be encrypted`, '--to qcow2 or --to luks');
  if (to === 'luks' && secretFile === undefined)
    throw usageError('LUKS needs a passphrase', 'name a file that holds it: --secret-file FILE');
  const given = [options.clusterSize, options.compat, options.extendedL2, options.lazyRefcounts, compressionType].some(
    option => option !== undefined,
  );
  if (given && to !== 'qcow2') throw usageError(`${to} has no such option`, 'it is one of qcow2');
}

const formatOptions = (options: ConvertOptions): FormatOptions => ({
  ...(options.clusterSize !== undefined && { cluster_size: options.clusterSize }),
  ...(options.preallocation !== undefined && { preallocation: options.preallocation }),
  ...(options.compat !== undefined && { compat: options.compat }),
  ...(options.extendedL2 === true && { extended_l2: 'on' }),
  ...(options.lazyRefcounts === true && { lazy_refcounts: 'on' }),
  ...(options.compressionType !== undefined && { compression_type: options.compressionType }),
});

/** Where a new file is to be, links of its folder followed. Throws RequestError where something is there. */
export function newPlace(word: string): string {
  const path = join(located(dirname(word)).path, basename(word));
  if (existsSync(path)) throw inputError(`${path} is there already`, 'name a file that is not there');
  return path;
}

function workOf(
  subject: ImageSubject,
  image: Change,
  place: string,
  options: ConvertOptions,
  { stamp }: PlanTime,
): ImageWork {
  const disks = disksToEdit(subject, options);
  const edits = guestsOf(disks).map(([guest, ofGuest]) =>
    editDisks(
      guest,
      ofGuest.flatMap(disk => editsOf(disk, subject, place, options)),
    ),
  );
  const wanted = edits.filter(({ after }) => after.length > 0);
  // what is declared raw is written to as it is: a guest must never find another format there. Any other mistake only keeps it from starting
  const changes = subject.format === 'raw' ? [...wanted, image] : [image, ...wanted];
  return { changes, costs: costsOf(subject, options, place, stamp, wanted.length > 0) };
}

function disksToEdit({ disks, path }: ImageSubject, { guest, into }: ConvertOptions): readonly DiskOfGuest[] {
  if (guest === undefined) return into === undefined ? disks : [];
  const ofGuest = disks.filter(disk => disk.guest === guest);
  if (ofGuest.length === 0) throw inputError(`${path} is no disk of a guest called ${guest}`);
  const others = disks.filter(disk => disk.guest !== guest);
  if (others.length > 0 && into === undefined)
    throw inputError(`${path} is a disk of ${others.map(disk => disk.guest).join(', ')}, too`, 'leave out --guest');
  return ofGuest;
}

function guestsOf(disks: readonly DiskOfGuest[]): readonly (readonly [guest: string, disks: readonly DiskOfGuest[]])[] {
  const names = [...new Set(disks.map(({ guest }) => guest))].sort();
  return names.map(name => [name, disks.filter(({ guest }) => guest === name)]);
}

function editsOf(
  { target, format }: DiskOfGuest,
  { path }: ImageSubject,
  place: string,
  { to }: ConvertOptions,
): readonly DiskEdit[] {
  // libvirt knows LUKS as an encrypted raw disk
  const type = to === 'luks' ? 'raw' : to;
  return [
    ...(format === type ? [] : [{ target, place: 'driver/@type', before: format, after: type }]),
    ...(place === path ? [] : [{ target, place: 'source/@file', before: path, after: place }]),
  ];
}

function costsOf(
  { path, format, isProbed, info, below, disks }: ImageSubject,
  { to, into, secretFile, preallocation }: ConvertOptions,
  place: string,
  stamp: string,
  hasEdits: boolean,
): readonly string[] {
  const snapshots = info.snapshots?.length ?? 0;
  return [
    ...(isProbed && format !== 'raw'
      ? [
          `That ${path} is ${format} is what its first bytes say; where a guest had it as a raw disk, it may have written them: then say --image-format raw.`,
        ]
      : []),
    ...(snapshots > 0 ? [`Its ${snapshots} internal snapshots stay in the old file only.`] : []),
    ...(below.length > 0 ? ['The layers below are merged into the new file.'] : []),
    ...(to === 'raw' && format !== 'raw' ? ['A raw file has no snapshots, no backing file, no compression.'] : []),
    ...(preallocation === 'full' || preallocation === 'falloc' ? ['All of its room is taken at once.'] : []),
    ...(into === undefined
      ? [`The old file stays as ${place}.before-${stamp}, and takes its room until it is removed.`]
      : []),
    ...(secretFile !== undefined && disks.length > 0
      ? ['The guest needs the passphrase: a libvirt secret, named in <encryption> of the disk.']
      : []),
    ...(disks.some(({ hasLayers }) => hasLayers) && hasEdits
      ? ['The definition of the guest names layers below it (<backingStore>): they are to be taken out by hand.']
      : []),
  ];
}
