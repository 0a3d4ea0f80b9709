import type { Disk } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { type Evidence, type Known, known, type Unknown, unknown } from '#model/known';
import type { FileSystem } from '#model/mount';
import { type Bytes, bytes } from '#units/bytes';

/** What thin images may still ask of one file system. */
export interface ThinClaim {
  readonly fileSystem: FileSystem;
  /** Σ of what each writable image may still grow. */
  readonly growth: Bytes;
  readonly images: readonly string[];
  /** Images there whose sizes are not known. */
  readonly unknownImages: number;
  readonly missing: Unknown | undefined;
}

/** Gives, for each file system that holds images of guests, what its thin images may still grow to: virtual size less what is allocated. Images on block devices do not count. */
export function thinClaims(host: Host, guests: Known<readonly Guest[]>): Known<readonly ThinClaim[]> {
  if (guests.state !== 'known') return guests;
  if (host.fileSystems.state !== 'known') return host.fileSystems;
  const rooms = [...host.fileSystems.value].sort((a, b) => b.target.length - a.target.length);
  const claims = new Map<string, ThinClaim>();
  const evidence: Evidence[] = [...host.fileSystems.evidence];
  const seen = new Set<string>();
  for (const disk of guests.value.flatMap(writableFiles)) {
    const path = disk.source ?? '';
    const fileSystem = rooms.find(
      room => path === room.target || path.startsWith(room.target === '/' ? '/' : `${room.target}/`),
    );
    if (seen.has(path)) continue;
    seen.add(path);
    if (fileSystem === undefined) return unknown(`the room in the file system of ${path} was not read`, `df ${path}`);
    const claim = claims.get(fileSystem.target) ?? {
      fileSystem,
      growth: bytes(0),
      images: [],
      unknownImages: 0,
      missing: undefined,
    };
    const image = disk.image.state === 'known' ? disk.image.value : undefined;
    if (image?.virtualSize === undefined || image.allocated === undefined) {
      const missing =
        disk.image.state === 'unknown'
          ? disk.image
          : unknown(`the sizes of ${path} were not read`, `qemu-img info -U ${path}`);
      claims.set(fileSystem.target, {
        ...claim,
        unknownImages: claim.unknownImages + 1,
        missing: claim.missing ?? missing,
      });
      continue;
    }
    if (disk.image.state === 'known') evidence.push(...disk.image.evidence);
    const growth = bytes(claim.growth + Math.max(0, image.virtualSize - image.allocated));
    claims.set(fileSystem.target, { ...claim, growth, images: [...claim.images, path] });
  }
  return known([...claims.values()], ...evidence);
}

const writableFiles = (guest: Guest): readonly Disk[] =>
  (guest.config.disks.state === 'known' ? guest.config.disks.value : []).filter(
    disk => disk.type === 'file' && disk.source !== undefined && !disk.isReadOnly && disk.device === 'disk',
  );
