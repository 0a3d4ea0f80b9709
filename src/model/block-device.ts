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
  /** The scheduler in brackets; undefined where the device has no queue of its own. */
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
