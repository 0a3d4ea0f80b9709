import type { Bytes } from '#units/bytes';

/** A block device: /sys/block/NAME. */
export interface BlockDevice {
  readonly name: string;
  /** major:minor. */
  readonly number: string;
  /** size × 512 bytes. */
  readonly size: Bytes;
  /** queue/rotational; virtio disks say true whatever they are. */
  readonly isRotational: boolean | undefined;
  /** The scheduler in brackets; undefined where the device has no request queue of its own (zram, LVM, md, device-mapper but multipath). */
  readonly scheduler: string | undefined;
  readonly schedulers: readonly string[];
  /** Hardware queues: entries of mq/. */
  readonly queues: number | undefined;
  readonly requests: number | undefined;
  /** Devices that this one is stacked on: slaves/. */
  readonly slaves: readonly string[];
  /** Its partitions: name and major:minor. */
  readonly partitions: readonly { readonly name: string; readonly number: string }[];
  /** What it is, from its name and device links: nvme, scsi, virtio, xen, multipath, device-mapper, md, loop, zram, nbd, other. */
  readonly kind: BlockDeviceKind;
  /** SCSI vendor and model, NVMe model, where told. */
  readonly model: string | undefined;
  /** dm/name of a device-mapper device. */
  readonly mapName: string | undefined;
  /** dm/uuid of a device-mapper device; `mpath-…` is a multipath map, `LVM-…` a logical volume. */
  readonly mapUuid: string | undefined;
  /** Whether it takes requests (and may have a scheduler) rather than passing on bios; undefined where it cannot be told. */
  readonly isRequestBased: boolean | undefined;
  /** The file behind a loop or nbd device, as the kernel or the process that serves it names it; undefined where not told, and of other devices. */
  readonly backingFile: string | undefined;
  /** Whether that file was deleted since: the device holds the last of it. */
  readonly isBackingDeleted: boolean;
  readonly isRemovable: boolean | undefined;
  /** queue/zoned: none, host-aware, host-managed. */
  readonly zoned: string | undefined;
  /** What udev knows of it and rules may match: DEVTYPE, ID_… and DM_… of /run/udev/data; empty where there is no udev. */
  readonly properties: ReadonlyMap<string, string>;
  /** NUMA node of the controller; undefined where not told. */
  readonly node: number | undefined;
}

/** Kinds of block device, as their schedulers differ. */
export type BlockDeviceKind =
  | 'nvme'
  | 'scsi'
  | 'virtio'
  | 'xen'
  | 'mmc'
  | 'multipath'
  | 'device-mapper'
  | 'md'
  | 'loop'
  | 'zram'
  | 'nbd'
  | 'optical'
  | 'other';
