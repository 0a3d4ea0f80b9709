import type { Content } from '#formats/inside/content';
import type { Partition, PartitionTable } from '#formats/partition/partition-table';
import type { VolumeGroup } from '#formats/volume/lvm/volume-group';
import type { ByteSource } from '#units/byte-source';

/** A stretch of bytes and what stands there: a disk, a partition, a volume, an array. */
export interface Place {
  readonly kind: 'disk' | 'partition' | 'volume' | 'array';
  /** What a person calls it: `disk`, `1` (a partition), of a second disk `2:disk`, `2:1`; `vg0/root`, an array's name. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Counts the disks that were given from 0; of a volume or array, the disk where it was found first. */
  readonly disk: number;
  /** Byte of the disk or volume around it; of a partition. */
  readonly start: number | undefined;
  readonly partition: Partition | undefined;
  /** Of a volume: its group and its own name. */
  readonly logical: { readonly group: string; readonly name: string; readonly uuid: string } | undefined;
  /** What stands there; undefined: nothing that is known. */
  readonly content: Content | undefined;
  /** What else it could be taken for. */
  readonly also: readonly Content[];
  readonly table: PartitionTable | undefined;
  /** Of a physical volume: the name of its group. */
  readonly group: string | undefined;
  /** What is wrong with it, each in a sentence. */
  readonly faults: readonly string[];
  readonly inside: readonly Place[];
  /** Its bytes; undefined where they cannot be had: the faults say why. */
  readonly bytes: ByteSource | undefined;
}

/** A group of volumes that was found on disks. */
export interface FoundGroup {
  readonly group: VolumeGroup;
  /** UUIDs of its physical volumes that are not on these disks. */
  readonly missing: readonly string[];
}

/** What stands on some disks that belong together. */
export interface DiskDescription {
  readonly disks: readonly Place[];
  readonly groups: readonly FoundGroup[];
}
