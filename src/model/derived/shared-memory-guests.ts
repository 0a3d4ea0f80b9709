import { isCommitted } from '#model/derived/committed-guests';
import { normalMemory } from '#model/derived/normal-memory';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, type Evidence, type Known, known, orAbsent, type Unknown, valueIfKnown } from '#model/known';
import type { Mount } from '#model/mount';

/** A committed guest whose memory on normal pages is a memory file: transparent huge pages for it go by other switches than `enabled`. */
export interface SharedMemoryGuest {
  readonly guest: string;
  /** memfd: shmem_enabled decides. file: the file system that holds the file decides. */
  readonly by: 'memfd' | 'file';
}

/** Those guests, and where libvirt keeps their files. */
export interface SharedMemoryGuests {
  readonly guests: readonly SharedMemoryGuest[];
  /** The mount that holds the files of those by `file`; undefined where it cannot be told. */
  readonly mount: Mount | undefined;
  readonly missing: Unknown | undefined;
}

/** libvirt's own folder; qemu.conf memory_backing_dir. */
const usual = '/var/lib/libvirt/qemu/ram';

/** Gives the committed guests whose memory is a memory file: memfd, or a file where the XML says so or asks for shared memory (libvirt formatdomain, memoryBacking). */
export function sharedMemoryGuests(host: Host, guests: Known<readonly Guest[]>): Known<SharedMemoryGuests> {
  if (guests.state !== 'known') return guests;
  const found: SharedMemoryGuest[] = [];
  const evidence: Evidence[] = [];
  let missing: Unknown | undefined;
  for (const guest of guests.value) {
    const by = allKnown({
      committed: isCommitted(guest),
      kind: kindOf(guest.config),
      normal: normalMemory(guest.config, host.memory),
    });
    if (by.state === 'unknown') missing ??= by;
    if (by.state !== 'known' || !by.value.committed || by.value.normal === 0 || by.value.kind === 'anonymous') continue;
    found.push({ guest: guest.name, by: by.value.kind });
    if (guest.config.memoryBacking.state === 'known') evidence.push(...guest.config.memoryBacking.evidence);
  }
  const folder = valueIfKnown(host.libvirt.qemuConf)?.get('memory_backing_dir')?.values[0] ?? usual;
  const mounts = valueIfKnown(host.mounts) ?? [];
  return known({ guests: found, mount: holderOf(folder, mounts), missing }, ...evidence);
}

function kindOf(config: DomainConfig): Known<'anonymous' | 'memfd' | 'file'> {
  const facts = allKnown({ backing: orAbsent(config.memoryBacking), cpu: orAbsent(config.cpu) });
  if (facts.state !== 'known') return facts;
  const { backing, cpu } = facts.value;
  const isShared = backing?.access === 'shared' || cpu?.cells.some(cell => cell.access === 'shared') === true;
  if (backing?.source === 'memfd') return known('memfd');
  return known(backing?.source === 'file' || isShared ? 'file' : 'anonymous');
}

/** The mount that a path is on: of the deepest mount point above it, and there of the last mount. */
function holderOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let holder: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.target === '/' || path === mount.target || path.startsWith(`${mount.target}/`);
    if (isAbove && mount.target.length >= (holder?.target.length ?? 0)) holder = mount;
  }
  return holder;
}
