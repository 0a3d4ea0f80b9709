import type { ImageInfo, SnapshotInfo } from '#formats/disk/image-info';
import { luksInfo, parseLuksHeader } from '#formats/disk/luks/luks-header';
import { readBitmaps } from '#formats/disk/qcow2/bitmap-directory';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import { incompatibleBit, lazyRefcountsBit, rawDataFileBit } from '#formats/disk/qcow2/qcow2-header';
import { readSnapshots, type Snapshot } from '#formats/disk/qcow2/snapshot-table';

/** Gives what `qemu-img info` says of a qcow2 image. Throws ImageFault where snapshots, bitmaps or the LUKS header cannot be read. */
export function qcow2Info(image: Qcow2File): ImageInfo {
  const { header, extensions } = image;
  const has = (bit: bigint): boolean => (header.incompatible & bit) !== 0n;
  const { snapshots } = readSnapshots(image.file, header);
  return {
    'virtual-size': header.virtualSize,
    'cluster-size': header.clusterSize,
    'dirty-flag': has(incompatibleBit.dirty),
    ...(header.encryption === 'none' ? {} : { encrypted: true }),
    ...(extensions.backingName === undefined ? {} : { 'backing-filename': extensions.backingName }),
    ...(extensions.backingFormat === undefined || extensions.backingName === undefined
      ? {}
      : { 'backing-filename-format': extensions.backingFormat }),
    ...(snapshots.length === 0 ? {} : { snapshots: snapshots.map(snapshotInfo) }),
    'format-specific': { type: 'qcow2', data: formatSpecific(image) },
  };
}

function formatSpecific(image: Qcow2File): Record<string, unknown> {
  const { header, extensions } = image;
  const has = (bit: bigint): boolean => (header.incompatible & bit) !== 0n;
  const common = {
    'compression-type': header.compression,
    'refcount-bits': header.refcountBits,
    ...encryptionInfo(image),
  };
  if (header.version === 2) return { compat: '0.10', ...common };
  const bitmaps = readBitmaps(image).map(({ name, granularity, isInUse, isAuto }) => ({
    name,
    granularity,
    flags: [...(isInUse ? ['in-use'] : []), ...(isAuto ? ['auto'] : [])],
  }));
  return {
    compat: '1.1',
    ...common,
    'lazy-refcounts': (header.compatible & lazyRefcountsBit) !== 0n,
    corrupt: has(incompatibleBit.corrupt),
    'extended-l2': has(incompatibleBit.extendedL2),
    ...(bitmaps.length === 0 ? {} : { bitmaps }),
    ...(extensions.dataFile === undefined ? {} : { 'data-file': extensions.dataFile }),
    ...(image.hasDataFile ? { 'data-file-raw': (header.autoclear & rawDataFileBit) !== 0n } : {}),
  };
}

function encryptionInfo({ file, header, extensions }: Qcow2File): { encrypt?: Record<string, unknown> } {
  if (header.encryption === 'none') return {};
  const place = extensions.luksHeader;
  if (header.encryption === 'aes' || place === undefined) return { encrypt: { format: header.encryption } };
  return { encrypt: { format: 'luks', ...luksInfo(parseLuksHeader(file, place.offset, place.length)) } };
}

const billion = 1_000_000_000;

const snapshotInfo = (snapshot: Snapshot): SnapshotInfo => ({
  id: snapshot.id,
  name: snapshot.name,
  'vm-state-size': snapshot.stateSize,
  'date-sec': snapshot.seconds,
  'date-nsec': snapshot.nanoseconds,
  'vm-clock-sec': Math.floor(snapshot.clock / billion),
  'vm-clock-nsec': snapshot.clock % billion,
  ...(snapshot.instructions === undefined ? {} : { icount: snapshot.instructions }),
});
