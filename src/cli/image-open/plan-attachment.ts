import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Attachment, AttachmentRequest, AttachmentWay, AttachStep } from '#apply/attached/attachment';
import { bootId, stampOf } from '#apply/attached/take-back';
import { hostVolumeGroups } from '#cli/host-volume-groups';
import { chooseVolume, type FilePlace, filePlaces } from '#cli/image-open/choose-volume';
import type { FolderForImage } from '#cli/image-open/folder-for-image';
import { kernelSteps } from '#cli/image-open/kernel-way';
import { guestAmong } from '#cli/open-guest-disk';
import { imageError, openImage } from '#cli/open-image';
import { RequestError, usageError } from '#cli/request-error';
import type { ImageChain } from '#formats/disk/image-chain';
import { ImageFault } from '#formats/disk/image-fault';
import { virtualDisk } from '#formats/disk/virtual-disk';
import { guestName, type OpenGuest, openVolumes } from '#formats/guest-disk/open-guest';
import { volumesOf } from '#formats/guest-disk/volumes-of';
import { describeDisks } from '#formats/inside/describe-disk';
import type { DiskDescription } from '#formats/inside/place';
import { groupClashes } from '#formats/volume/lvm/group-clashes';

/** What is wished. */
export interface OpenRequest extends AttachmentRequest {
  readonly images: readonly string[];
  readonly folder: FolderForImage;
  /** The folder in which attachments are kept. */
  readonly ledger: string;
  readonly with?: AttachmentWay;
  readonly force?: boolean;
}

/** What is to be done, and what has to be said before. */
export interface AttachmentPlan {
  readonly attachment: Attachment;
  /** Sentences. */
  readonly remarks: readonly string[];
  /** All files that it is read from. */
  readonly files: readonly string[];
}

/** Looks into images and decides by which way their files are to be seen at a folder: the safest that can read them. Changes nothing. Throws RequestError. */
export function planAttachment(request: OpenRequest): AttachmentPlan {
  const images = request.images.map(image => resolve(image));
  const closes: (() => void)[] = [];
  try {
    const chains = images.map(image => {
      const { chain, close } = openImage(image, request);
      closes.push(close);
      if (chain.broken !== undefined) throw chain.broken;
      return chain;
    });
    const files = chains.flatMap(({ layers }) =>
      layers.flatMap(({ path, parts }) => [resolve(path), ...parts.map(part => resolve(part.path))]),
    );
    const id = randomBytes(8).toString('hex');
    const seen = seenBy(chains, { ...request, images }, join(request.ledger, id), id);
    const { folder } = request;
    const make: readonly AttachStep[] = folder.isNew ? [{ step: 'make-folder', path: folder.path }] : [];
    const attachment: Attachment = {
      schema: 'nearmetal.attachment/1',
      id,
      boot: bootId(),
      since: new Date().toISOString(),
      folder: folder.path,
      images,
      request: requestOf(request),
      way: seen.way,
      shows: seen.shows,
      stamps: files.flatMap(path => stampOf(path) ?? []),
      steps: [...make, ...seen.steps],
    };
    return { attachment, remarks: seen.remarks, files };
  } catch (error) {
    if (error instanceof ImageFault) throw imageError(error);
    throw error;
  } finally {
    for (const close of closes) close();
  }
}

const requestOf = ({ imageFormat, untrusted, allow, partition }: OpenRequest): AttachmentRequest => ({
  ...(imageFormat !== undefined && { imageFormat }),
  ...(untrusted !== undefined && { untrusted }),
  ...(allow !== undefined && { allow: allow.map(folder => resolve(folder)) }),
  ...(partition !== undefined && { partition }),
});

interface Seen {
  readonly way: AttachmentWay;
  readonly shows: string;
  readonly steps: readonly AttachStep[];
  readonly remarks: readonly string[];
}

function seenBy(chains: readonly ImageChain[], request: OpenRequest, own: string, id: string): Seen {
  const disks = chains.map(chain => virtualDisk(chain));
  const description = describeDisks(disks);
  const names = request.images.join(', ');
  const { with: wanted } = request;
  if (wanted === undefined || wanted === 'reader') {
    const volumes = openVolumes(volumesOf(disks));
    const guest = readerSees(() => guestAmong(volumes, request.partition, names));
    if (!(guest instanceof RequestError)) return readerWay(guest, description, request, id);
    // of several that it reads the person is asked which
    if (wanted === 'reader' || (request.partition === undefined && volumes.opened.length > 0)) throw guest;
  }
  const places = filePlaces(description.disks);
  const hasGuestmount = isInstalled('guestmount');
  if (wanted === 'guestmount' || (wanted === undefined && hasGuestmount)) {
    if (!hasGuestmount)
      throw usageError('guestmount is not installed', 'it is part of guestfs-tools or libguestfs-tools');
    return guestmountWay(chains, places, request);
  }
  return kernelWay(chains, places, request, own);
}

function readerSees(look: () => OpenGuest): OpenGuest | RequestError {
  try {
    return look();
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}

function readerWay(guest: OpenGuest, { groups }: DiskDescription, { folder }: OpenRequest, id: string): Seen {
  const name = guest.parts.length > 0 ? guestName(guest.tree) : undefined;
  const clashes = groupClashes(
    groups.map(({ group }) => group),
    hostVolumeGroups(),
  );
  return {
    way: 'reader',
    shows: `${name === undefined ? '' : `${name}: `}${guest.parts.map(({ path, volume, type }) => `${path} from ${volume} (${type})`).join(', ')}`,
    steps: [{ step: 'serve', folder: folder.path, source: `nearmetal-${id}` }],
    remarks: [
      ...guest.remarks,
      ...clashes.map(
        clash =>
          `volume group ${clash.name} has the ${clash.kind === 'same-uuid' ? 'UUID' : 'name'} of one of this host; nothing of it is activated, its volumes are read from the image`,
      ),
    ],
  };
}

const shownPlace = ({ place: { name, content } }: FilePlace): string =>
  `/ from ${name} (${[content?.type, content?.label].filter(part => part !== undefined).join(' ')})`;

function guestmountWay(chains: readonly ImageChain[], places: readonly FilePlace[], request: OpenRequest): Seen {
  const { images, partition, folder } = request;
  const device = partition === undefined ? undefined : deviceOf(chooseVolume(places, partition, images.join(', ')));
  return {
    way: 'guestmount',
    shows:
      partition === undefined
        ? 'what guestmount finds'
        : shownPlace(chooseVolume(places, partition, images.join(', '))),
    steps: [
      {
        step: 'guestmount',
        folder: folder.path,
        argv: [
          'guestmount',
          '--ro',
          ...['nosuid', 'nodev', 'noexec'].flatMap(option => ['-o', option]),
          ...images.flatMap((image, at) => [`--format=${chains[at]?.layers[0].image.format ?? 'raw'}`, '-a', image]),
          ...(device === undefined ? ['-i'] : ['-m', device]),
          folder.path,
        ],
      },
    ],
    remarks: [],
  };
}

/** libguestfs calls the disks sda, sdb …; a logical volume /dev/GROUP/NAME. */
function deviceOf({ place: { kind, name, disk, partition } }: FilePlace): string {
  const whole = `/dev/sd${String.fromCharCode(97 + disk)}`;
  if (kind === 'disk') return whole;
  return partition === undefined ? `/dev/${name}` : `${whole}${partition.number}`;
}

function kernelWay(
  chains: readonly ImageChain[],
  places: readonly FilePlace[],
  request: OpenRequest,
  own: string,
): Seen {
  const { images, partition, folder, untrusted, force } = request;
  const chosen = chooseVolume(places, partition, images.join(', '));
  const chain = chains[chosen.place.disk];
  if (untrusted === true)
    throw usageError(
      `only the kernel of this host could attach ${chosen.place.name}, and an image that is not trusted must not come near it`,
      'nearmetal image ls and cat read ext4, XFS, Btrfs and FAT without it; guestmount (guestfs-tools) attaches others in a guest of its own',
    );
  if (chain === undefined) throw usageError('there is no such disk');
  const steps = kernelSteps({ chain, ...chosen, folder: folder.path, own, isForced: force === true });
  const reader = steps.flatMap(step =>
    step.step === 'mount' && step.hasHelper ? `${step.type}, as root on this host,` : [],
  );
  return {
    way: 'kernel',
    shows: shownPlace(chosen),
    steps,
    remarks: [
      `${reader[0] ?? 'the kernel of this host'} reads ${chosen.place.name} itself: who made that file system can attack this host with it; do this only with images that you trust (--untrusted refuses it)`,
    ],
  };
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
