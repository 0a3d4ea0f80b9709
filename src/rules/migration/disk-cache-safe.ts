import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { fileSystemOf } from '#model/derived/shared-file-systems';
import { asFact, known, orAbsent } from '#model/known';
import { isInRange } from '#units/version';

const disk = (cache: string, path = '/srv/nfs/g.qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'${cache === '' ? '' : ` cache='${cache}'`}/><source file='${path}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const nfs = { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nserver:/srv /srv/nfs nfs4 rw,hard,vers=4.2 0 0\n' };
const moves = { intents: ['migratable'] as const, files: nfs };

export default defineRule({
  id: 'migration/disk-cache-safe',
  subject: 'guest',
  guide: [],
  beyond:
    'a disk in the page cache of two hosts loses writes, and a disk on one host’s own file system does not come along',
  severity: 'error',
  says: 'The disks of a guest that is to migrate are where all hosts see them, and no host keeps them in its page cache.',
  because: 'Writes that wait in the page cache of the old host, and old pages in that of the new one, spoil the disk.',
  sources: [
    { grade: 'documented', at: 'libvirt: src/qemu/qemu_migration.c, qemuMigrationSrcIsSafe' },
    { grade: 'documented', at: 'libvirt: NEWS 5.7.0, migration with a cache where QEMU can drop it' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests that are to migrate (intent migratable)',
    holds: (_, { intents }) => known(intents.includes('migratable')),
  },
  intents: { migratable: { level: 'must', want: 'none' } },
  params: {},
  costs: ['cache none needs storage that takes O_DIRECT, and gives up the page cache of the host.'],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    mounts: ({ host }) => asFact(host.mounts),
    libvirt: ({ host }) => asFact(host.libvirt.version),
    name: ({ guest }) => known(guest.name),
  },
  check({ disks = [], mounts, libvirt, name }) {
    const own = disks.filter(({ device, isReadOnly, source, protocol }) => {
      const isDisk = device === 'disk' || device === 'lun';
      return isDisk && !isReadOnly && (source !== undefined || protocol !== undefined);
    });
    if (own.length === 0) return notApplicable('it writes to no disk');
    const places = own.flatMap(one => {
      const place = mounts.state === 'known' ? fileSystemOf(one, mounts.value) : undefined;
      return place === undefined || place.isShared ? [] : [{ disk: one, place }];
    });
    const [local] = places;
    if (local !== undefined) {
      return bad(
        `its ${local.disk.target} is on ${local.place.target} (${local.place.type}), which only this host has`,
        {
          wants: 'shared storage, or a migration that copies the disks',
          so: 'libvirt refuses: “Migration without shared storage is unsafe”',
          parts: places.map(({ disk: one, place }) => ({
            key: one.target,
            saw: `${one.source} on ${place.type}`,
            evidence: [one.at],
          })),
          otherwise: `Move it to shared storage (NFS, Ceph, GFS2), or migrate with virsh migrate --copy-storage-all ${name} URI.`,
        },
      );
    }
    const cached = own.filter(({ cache, isShareable }) => cache !== 'none' && cache !== 'directsync' && !isShareable);
    const [first] = cached;
    if (first !== undefined) {
      if (libvirt.state !== 'known')
        return undecided('libvirt decides whether a cached disk may migrate', 'virsh version');
      const isOld = isInRange(libvirt.value, '<5.7');
      const path = (target: string): string => `devices/disk[target/@dev='${target}']/driver/@cache`;
      return bad(
        `its ${first.target} goes through the page cache (cache ${first.cache ?? 'not set, which is writeback'})`,
        {
          severity: isOld ? 'error' : 'info',
          wants: 'cache none',
          so: isOld
            ? 'libvirt refuses, or with --unsafe the disk is spoiled'
            : 'it migrates only where QEMU can drop the cache of the target',
          parts: cached.map(({ target, cache, at }) => ({
            key: target,
            saw: cache ?? 'writeback by default',
            evidence: [at],
          })),
          fix: cached.map(({ target, cache }) =>
            editDomain(name, [{ path: path(target), content: cache }], [{ path: path(target), content: 'none' }]),
          ),
        },
      );
    }
    if (mounts.state === 'unknown' && own.some(({ type }) => type === 'file'))
      return undecided(mounts.reason, mounts.remedy);
    return good;
  },
  examples: [
    {
      name: 'writeback, libvirt 5.0',
      guest: disk('writeback'),
      ...moves,
      libvirt: { version: '5.0.0' },
      expect: 'bad',
      severity: 'error',
      fixes: ['domain-xml'],
    },
    {
      name: 'writeback, libvirt 5.7',
      guest: disk('writeback'),
      ...moves,
      libvirt: { version: '5.7.0' },
      expect: 'bad',
      severity: 'info',
    },
    { name: 'none named, which is writeback', guest: disk(''), ...moves, expect: 'bad', severity: 'info' },
    { name: 'none on NFS', guest: disk('none'), ...moves, expect: 'good' },
    { name: 'directsync on NFS', guest: disk('directsync'), ...moves, expect: 'good' },
    {
      name: 'a file of this host',
      guest: disk('none', '/srv/g.qcow2'),
      ...moves,
      expect: 'bad',
      severity: 'error',
      fixes: [],
    },
    { name: 'a guest that stays', guest: disk('writeback', '/srv/g.qcow2'), expect: 'not-applicable' },
    {
      name: 'mounts not readable',
      guest: disk('none'),
      intents: ['migratable'],
      files: { '/proc/self/mounts': 'denied' },
      expect: 'unknown',
    },
  ],
});
