import type { Buffer } from 'node:buffer';
import { bigEndian64, littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { standsAt, textAt, uuidAt } from '#formats/inside/fields';

const bcacheMagic = '\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81';

/** A cache of bcache, or a disk behind one (drivers/md/bcache/bcache_ondisk.h). */
export const bcache: ContentProbe = {
  type: 'bcache',
  identify(look) {
    const block = look.at(4096, 256);
    if (block === undefined || !standsAt(block, 24, bcacheMagic) || littleEndian64(block, 8) !== 8) return undefined;
    const version = littleEndian64(block, 16);
    if (version > 6) return undefined;
    const blockSize = block.readUInt16LE(192) * 512;
    return {
      type: 'bcache',
      usage: 'other',
      at: 4096,
      version: String(version),
      label: textAt(block, 72, 32),
      uuid: uuidAt(block, 40),
      blockSize,
      notes: [version === 1 || version === 4 ? 'a disk behind a cache' : 'a cache'],
    };
  },
};

const drbdMagics = new Map([
  [0x8374026b, 'v08'],
  [0x8374026c, 'v08'],
  [0x8374026d, 'v09'],
]);

/** DRBD with its metadata at the end (drbd: linux/drbd.h, user/shared/drbdmeta.c). */
export const drbd: ContentProbe = {
  type: 'drbd',
  identify(look) {
    const at = look.size - 4096;
    const block = look.size < 65536 ? undefined : look.at(at, 256);
    const version = block === undefined ? undefined : drbdMagics.get(block.readUInt32BE(60));
    if (block === undefined || version === undefined) return undefined;
    const hex = block.toString('hex', version === 'v08' ? 40 : 48, version === 'v08' ? 48 : 56);
    const last = bigEndian64(block, 0) * 512;
    return {
      type: 'drbd',
      usage: 'raid',
      at: at + 60,
      version,
      uuid: hex.replace(/^0{1,15}/, ''),
      size: last > 0 && last <= look.size ? last : undefined,
    };
  },
};

/** The control volume of drbdmanage. */
export const drbdManage: ContentProbe = {
  type: 'drbdmanage_control_volume',
  identify(look) {
    const head = look.at(0, 44);
    if (head === undefined || !/^\$DRBDmgr=q.[\da-fA-F]{32}\n$/s.test(head.toString('latin1'))) return undefined;
    const version = look.at(4096, 8);
    return {
      type: 'drbdmanage_control_volume',
      usage: 'other',
      at: 0,
      version: standsAt(version, 0, '\x1a\xdb\x98\xa2') ? String(version?.readUInt32BE(4)) : undefined,
      uuid: head.toString('latin1', 11, 43),
    };
  },
};

/** UBI, the volumes of raw flash (drivers/mtd/ubi/ubi-media.h). */
export const ubi: ContentProbe = {
  type: 'ubi',
  identify(look) {
    const block = look.at(0, 64);
    if (block === undefined || !standsAt(block, 0, 'UBI#')) return undefined;
    return {
      type: 'ubi',
      usage: 'raid',
      at: 0,
      version: String(block.readUInt8(4)),
      uuid: String(block.readUInt32BE(24)),
    };
  },
};

/** The target dm-integrity. */
export const integrity: ContentProbe = {
  type: 'DM_integrity',
  identify(look) {
    const block = look.at(0, 16);
    if (block === undefined || !standsAt(block, 0, 'integrt\0') || block.readUInt8(8) === 0) return undefined;
    return { type: 'DM_integrity', usage: 'crypto', at: 0, version: String(block.readUInt8(8)) };
  },
};

/** Hashes of dm-verity. */
export const verity: ContentProbe = {
  type: 'DM_verity_hash',
  identify(look) {
    const block = look.at(0, 512);
    if (block === undefined || !standsAt(block, 0, 'verity\0\0') || block.readUInt32LE(8) !== 1) return undefined;
    return { type: 'DM_verity_hash', usage: 'crypto', at: 0, version: '1', uuid: uuidAt(block, 16) };
  },
};

/** Exceptions of a snapshot of device-mapper. */
export const snapshotCow: ContentProbe = {
  type: 'DM_snapshot_cow',
  identify(look) {
    const block = look.at(0, 16);
    if (block === undefined || !standsAt(block, 0, 'SnAp') || block.readUInt32LE(4) > 1) return undefined;
    return { type: 'DM_snapshot_cow', usage: 'other', at: 0, version: String(block.readUInt32LE(8)) };
  },
};

/** Windows' BitLocker (libbde: BitLocker Drive Encryption format). */
export const bitLocker: ContentProbe = {
  type: 'BitLocker',
  identify(look) {
    const boot = look.at(0, 512);
    if (boot === undefined) return undefined;
    if (standsAt(boot, 0, '\xeb\x52\x90-FVE-FS-')) return { type: 'BitLocker', usage: 'crypto', at: 0 };
    const place = bitLockerPlace(boot);
    const metadata = place === undefined ? undefined : look.at(littleEndian64(boot, place), 12);
    if (metadata === undefined || !standsAt(metadata, 0, '-FVE-FS-')) return undefined;
    return { type: 'BitLocker', usage: 'crypto', at: 0, version: String(metadata.readUInt16LE(10)) };
  },
};

function bitLockerPlace(boot: Buffer): number | undefined {
  if (standsAt(boot, 0, '\xeb\x58\x90-FVE-FS-')) return 176;
  return standsAt(boot, 0, '\xeb\x58\x90MSWIN4.1') ? 440 : undefined;
}
