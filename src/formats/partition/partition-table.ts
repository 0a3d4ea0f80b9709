/** How a disk is divided. */
export interface PartitionTable {
  /** blkid's name of its kind; `sgi`, `mac` and `bsd` are named and not read. */
  readonly type: 'gpt' | 'dos' | 'sun' | 'dasd' | 'sgi' | 'mac' | 'bsd';
  /** Byte at which it stands: of GPT that of the header that counts. */
  readonly at: number;
  /** UUID of GPT, number of MBR in eight digits, name of a DASD volume. */
  readonly id: string | undefined;
  /** Bytes of a sector, as the table counts. */
  readonly sectorSize: number;
  /** GPT's bounds for partitions: first byte, and first byte after the last. */
  readonly usable?: { readonly start: number; readonly end: number } | undefined;
  /** GPT's number of entries that there is room for. */
  readonly room?: number | undefined;
  /** In the order of the table: by number. */
  readonly partitions: readonly Partition[];
  readonly faults: readonly TableFault[];
}

/** A part of a disk. */
export interface Partition {
  /** As the kernel numbers it: that of vda5 is 5. */
  readonly number: number;
  /** Bytes of the disk. */
  readonly start: number;
  readonly length: number;
  /** GUID in small letters, or a number in hexadecimal digits, as sfdisk prints it; undefined where the table knows none. */
  readonly type: string | undefined;
  /** In words, where it is known. */
  readonly typeName?: string | undefined;
  /** Of MBR: an extended one holds the logical ones and nothing else. */
  readonly role: 'primary' | 'extended' | 'logical';
  readonly name?: string | undefined;
  readonly uuid?: string | undefined;
  readonly isBootable?: boolean | undefined;
  /** GPT's 64 bits, in hexadecimal digits; undefined where none is set. */
  readonly attributes?: string | undefined;
}

/** What is wrong with a table. */
export interface TableFault {
  readonly kind: /** GPT's first header or entries are damaged; the copy at the end is used. */
    | 'primary-damaged'
    /** The copy at the end is damaged or gone. */
    | 'backup-damaged'
    /** The copy is not at the end: the disk was made larger. */
    | 'backup-misplaced'
    /** Both are sound, and say different things. */
    | 'backup-differs'
    /** Nothing of GPT is left but the protective MBR. */
    | 'both-damaged'
    /** The protective MBR does not cover the disk, or is not there. */
    | 'protective-mbr'
    /** MBR and GPT both tell of partitions. */
    | 'hybrid'
    /** Two partitions share bytes. */
    | 'overlap'
    /** A partition begins within a block of 4 KiB. */
    | 'misaligned'
    /** A partition ends after the disk, or after what the table may use. */
    | 'beyond-end'
    /** The chain of logical partitions comes back to where it was, or does not end. */
    | 'endless-chain'
    /** A link of that chain is no partition table, or leads out of the extended partition. */
    | 'broken-chain'
    /** Something else in it is not as it should be. */
    | 'malformed'
    /** It is named, and not read. */
    | 'unread';
  /** In a sentence. */
  readonly says: string;
  /** Byte of the disk. */
  readonly at: number;
}
