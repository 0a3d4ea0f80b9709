import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { guestsOnImage } from '#apply/guests-on-image';
import { namesIn, textOf } from '#apply/look-quietly';
import { overlaysOf } from '#apply/overlays-of';
import type { Target } from '#apply/target';
import type { ImageUse } from '#change/observed';
import { imageLock, parseFileLocks } from '#formats/proc/file-locks';

/** One that works with an image. */
interface User {
  readonly says: string;
  readonly isWriting: boolean;
}

/**
 * Asks all who can know whether an image is in use on this host: libvirt for guests that run or whose memory is saved, the locks that QEMU takes,
 * the open files of processes, loop devices. What is not there is in nobody's use. Of processes of others root alone is told. Rejects as libvirt does.
 */
export async function imageUse(target: Target, path: string): Promise<ImageUse> {
  const file = target.isLive ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (file === undefined) return { users: [], writers: [], overlays: [] };
  const guests = target.libvirt === undefined ? [] : await guestsOnImage(target.libvirt, file);
  const openers = processesOn(file);
  const users: readonly User[] = [
    ...guests.map(({ guest, isSaved, isWriting }) => ({
      says: isSaved ? `the memory of guest ${guest} is saved, and goes on with it` : `guest ${guest} runs on it`,
      isWriting,
    })),
    ...openers,
    ...(openers.length === 0 ? lockers(file) : []),
    ...loopsOn(file),
  ];
  const folders = target.libvirt === undefined ? [] : await poolFolders(target.libvirt);
  return {
    users: [...new Set(users.map(({ says }) => says))],
    writers: [...new Set(users.filter(({ isWriting }) => isWriting).map(({ says }) => says))],
    overlays: overlaysOf(file, [dirname(path), ...folders]),
  };
}

function lockers(file: Stats): readonly User[] {
  const locks = parseFileLocks(textOf('/proc/locks') ?? '').filter(
    ({ inode, device }) => inode === String(file.ino) && isDevice(device, file.dev),
  );
  const lock = imageLock(locks);
  return lock === 'none' ? [] : [{ says: 'a QEMU has locked it', isWriting: lock === 'writes' }];
}

/** A file system without a device of its own (Btrfs, overlay, NFS) has another number there than stat tells: the inode decides. */
function isDevice(printed: string, device: number): boolean {
  const [major = 0, minor = 0] = printed.split(':').map(part => Number.parseInt(part, 16));
  const own = (device >>> 8) & 0xfff;
  if (own === 0 || major === 0) return true;
  return major === own && minor === ((device & 0xff) | ((device >>> 12) & 0xfff00));
}

/** Processes that have a file open, but for our own. */
function processesOn(file: Stats): readonly User[] {
  return namesIn('/proc')
    .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap(pid => {
      const open = namesIn(`/proc/${pid}/fd`).filter(name => isSame(statOf(`/proc/${pid}/fd/${name}`), file));
      if (open.length === 0) return [];
      const isWriting = open.some(name => {
        const flags = /^flags:\s+([0-7]+)$/m.exec(textOf(`/proc/${pid}/fdinfo/${name}`) ?? '')?.[1];
        // O_ACCMODE, in octal
        return flags === undefined || (Number.parseInt(flags, 8) & 3) !== 0;
      });
      const program = textOf(`/proc/${pid}/comm`)?.trim() ?? 'a program';
      return [{ says: `${program} (process ${pid}) has it open`, isWriting }];
    });
}

/** Loop devices over a file; the kernel holds it, no process does. */
function loopsOn(file: Stats): readonly User[] {
  return namesIn('/sys/block')
    .filter(name => name.startsWith('loop'))
    .flatMap(name => {
      const backing = textOf(`/sys/block/${name}/loop/backing_file`)?.replace(/\n$/, '');
      if (backing === undefined || !isSame(statOf(backing.replace(/ \(deleted\)$/, '')), file)) return [];
      const isWriting = textOf(`/sys/block/${name}/ro`)?.trim() !== '1';
      return [{ says: `/dev/${name} is attached to it`, isWriting }];
    });
}

async function poolFolders(libvirt: NonNullable<Target['libvirt']>): Promise<readonly string[]> {
  const pools = await libvirt.storagePools().catch(() => []);
  const texts = await Promise.all(pools.map(pool => libvirt.storagePoolXml(pool).catch(() => '')));
  return texts.flatMap(xml => {
    const type = /^<pool type='(?:dir|fs|netfs)'/.test(xml);
    const folder = /<target>\s*<path>(\/[^<&]+)<\/path>/.exec(xml)?.[1];
    return type && folder !== undefined ? [folder] : [];
  });
}

const isSame = (one: Stats | undefined, other: Stats): boolean =>
  one !== undefined && one.ino === other.ino && one.dev === other.dev;

const statOf = (path: string): Stats | undefined => {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
};
