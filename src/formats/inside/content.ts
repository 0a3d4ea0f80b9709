/** What stands at the start (or the end) of a disk, a partition or a volume: a file system, a member of an array, something encrypted. */
export interface Content {
  /** blkid's name of it: ext4, LVM2_member. */
  readonly type: string;
  /** What it is for, in blkid's words. */
  readonly usage: 'filesystem' | 'raid' | 'crypto' | 'other';
  /** Byte at which the superblock, or what else tells of it, stands. */
  readonly at: number;
  readonly version?: string | undefined;
  /** A file system that reads it as well: ext2 for ext3. */
  readonly secondType?: string | undefined;
  readonly label?: string | undefined;
  /** As its own tools write it: of most the five groups of hexadecimal digits; of FAT and NTFS the serial number. */
  readonly uuid?: string | undefined;
  /** Of one device of several: its own name. */
  readonly memberLabel?: string | undefined;
  /** Of one device of several: its own UUID. */
  readonly memberUuid?: string | undefined;
  /** Smallest stretch that is read or written, in bytes. */
  readonly blockSize?: number | undefined;
  /** What space is given out in, in bytes: block, cluster, page. */
  readonly clusterSize?: number | undefined;
  /** Bytes that it spans; of one made of several devices: all of them. */
  readonly size?: number | undefined;
  /** Bytes for files, where that is less: without XFS's log, without the header of a swap area. */
  readonly capacity?: number | undefined;
  /** Bytes free, as it says of itself. While it is mounted it may say so late. */
  readonly free?: number | undefined;
  readonly byteOrder?: 'little' | 'big' | undefined;
  /** Other identifiers, by name: ISO 9660's system, publisher … */
  readonly identifiers?: Readonly<Record<string, string>> | undefined;
  /** What is worth knowing and harms nothing: the journal is to be replayed, one of three devices. */
  readonly notes?: readonly string[] | undefined;
  /** What is wrong with it, each in a sentence. */
  readonly faults?: readonly string[] | undefined;
}
