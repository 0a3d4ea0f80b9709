import { join } from 'node:path';
import type { AttachStep } from '#apply/attached/attachment';
import { inputError, usageError } from '#cli/request-error';
import type { ImageChain, ImageLayer } from '#formats/disk/image-chain';
import type { Place } from '#formats/inside/place';

/** What the kernel of this host is to mount. */
export interface KernelRequest {
  readonly chain: ImageChain;
  /** What is mounted, and what is around it. */
  readonly place: Place;
  readonly around: Place | undefined;
  readonly folder: string;
  /** The folder of the attachment, for what its programs need. */
  readonly own: string;
  /** Whether locks of a guest that runs are passed over. */
  readonly isForced: boolean;
}

/** Never written, no device or program of the guest counts here. */
const always = 'ro,nosuid,nodev,noexec';

/**
 * How a kind of file system is mounted, by blkid's name of it: the name that the kernel has for it, and what keeps it from replaying a journal, which
 * writes; where files have no owners, they are root's. ntfs-3g is a program.
 */
const kinds: Readonly<
  Record<string, { readonly type?: string; readonly options?: string; readonly hasHelper?: boolean }>
> = {
  ext2: {},
  ext3: { options: 'noload' },
  ext4: { options: 'noload' },
  xfs: { options: 'norecovery,nouuid' },
  btrfs: { options: 'rescue=nologreplay' },
  f2fs: { options: 'norecovery' },
  nilfs2: { options: 'norecovery' },
  vfat: { options: 'umask=0077' },
  exfat: { options: 'umask=0077' },
  ntfs: { type: 'ntfs-3g', options: 'umask=0077', hasHelper: true },
  iso9660: {},
  udf: {},
  squashfs: {},
  erofs: {},
  hfs: {},
  hfsplus: {},
  reiserfs: { options: 'nolog' },
  minix: {},
  romfs: {},
  cramfs: {},
  jfs: {},
  ufs: {},
};

/**
 * Gives the steps by which this host's kernel mounts one file system of an image. It sees that file system alone, through a loop device over its place:
 * never a disk with a partition table or a physical volume, so that no volume group of a guest is found and activated here. Throws RequestError.
 */
export function kernelSteps({ chain, place, around, folder, own, isForced }: KernelRequest): readonly AttachStep[] {
  const isOnDisk = place.kind === 'disk' || (place.kind === 'partition' && around?.kind === 'disk');
  if (!isOnDisk)
    throw usageError(
      `${place.name} is a ${place.kind === 'array' ? 'member of an array' : 'logical volume'}: to mount it, its group would have to be active on this host, beside those of the host`,
      'guestmount (guestfs-tools) attaches it within a guest of its own; nearmetal image ls and cat read ext4, XFS and Btrfs in it',
    );
  const type = place.content?.type;
  const kind = type === undefined ? undefined : kinds[type];
  if (type === undefined || kind === undefined)
    throw usageError(
      `${place.name}: ${type === undefined ? 'no file system is known there' : `${type} is nothing that is mounted here`}`,
      'nearmetal image inside IMAGE shows what there is',
    );
  const [top] = chain.layers;
  const isBare = top.image.format === 'raw' && chain.layers.length === 1 && top.parts.length === 0;
  const file = isBare ? top.path : join(own, 'disk.raw');
  return [
    ...(isBare ? [] : [exportStep(chain, file, own, isForced)]),
    { step: 'loop', file, offset: place.start ?? 0, length: place.size },
    {
      step: 'mount',
      folder,
      type: kind.type ?? type,
      options: [always, kind.options].filter(part => part !== undefined).join(','),
      hasHelper: kind.hasHelper === true,
    },
  ];
}

/** qemu-storage-daemon opens the files that were looked at here, and no name that stands in an image. */
function exportStep(chain: ImageChain, file: string, own: string, isForced: boolean): AttachStep {
  if (chain.broken !== undefined) throw inputError(chain.broken.message);
  const node = { ...nodeOf(chain.layers, 0, isForced), 'node-name': 'disk' };
  const pidFile = join(own, 'qemu-storage-daemon.pid');
  return {
    step: 'export',
    file,
    pidFile,
    argv: [
      'qemu-storage-daemon',
      '--daemonize',
      '--pidfile',
      pidFile,
      '--blockdev',
      JSON.stringify(node),
      '--export',
      `type=fuse,id=disk,node-name=disk,mountpoint=${file.replaceAll(',', ',,')},writable=off,allow-other=off`,
    ],
  };
}

/** Formats that name a layer below; others would not understand the option. */
const layered: ReadonlySet<string> = new Set(['qcow2', 'qed', 'vmdk']);

function nodeOf(layers: readonly ImageLayer[], at: number, isForced: boolean): Readonly<Record<string, unknown>> {
  const layer = layers[at];
  if (layer === undefined) throw new RangeError(`there is no layer ${at}`);
  const { path, file, image, parts } = layer;
  if (image.info.encrypted === true || image.format === 'luks')
    throw inputError(`${path} is encrypted`, 'guestmount (guestfs-tools) asks for the key');
  const fileNode = (filename: string, identity: string): unknown => ({
    driver: identity.startsWith('device ') ? 'host_device' : 'file',
    filename,
    ...(isForced && { locking: 'off' }),
  });
  const [part] = parts;
  return {
    driver: image.format,
    'read-only': true,
    file: fileNode(path, file.identity),
    ...(layered.has(image.format) && {
      backing: layers[at + 1] === undefined ? null : nodeOf(layers, at + 1, isForced),
    }),
    ...(image.format === 'qcow2' && part !== undefined && { 'data-file': fileNode(part.path, part.file.identity) }),
  };
}
