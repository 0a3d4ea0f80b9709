import { setMountEntryOptions } from '#change/kinds/fstab';
import { defineRule } from '#check/define-rule';
import { listNames, listWith } from '#check/list-names';
import { bad, good, notApplicable } from '#check/verdict';
import { guestNfsMounts, mountEntryOptions, mountEvidence } from '#model/derived/guest-nfs-mounts';
import { ifKnown } from '#model/known';

const mounted = (options: string, type = 'nfs4') => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\nnas:/vm /var/lib/libvirt/images ${type} rw,${options} 0 0\n`,
});

export default defineRule({
  id: 'host-storage/nfs-hard',
  subject: 'host',
  guide: ['4.4.1'],
  severity: 'error',
  says: 'NFS mounts that hold disks of guests wait for their server instead of giving up.',
  because:
    'A soft mount answers a server that is away with an I/O error: the guest loses writes that it thought were made.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.4.1: mount option hard' },
    {
      grade: 'documented',
      at: 'nfs-utils: nfs(5), soft/softerr/hard: a soft timeout can cause silent data corruption',
    },
    { grade: 'documented', at: 'linux: fs/nfs/super.c, nfs_remount: a remount that changes the flags is refused' },
  ],
  intents: {
    general: { level: 'must' },
    database: { level: 'must' },
    latency: { level: 'must' },
    density: { level: 'must' },
    desktop: { level: 'must' },
    migratable: { level: 'must' },
    hpc: { level: 'must' },
  },
  params: {},
  costs: ['While the server is away, guests freeze until it is back.'],
  needs: {
    held: ({ host, guests }) => guestNfsMounts(host.mounts, guests),
    fstab: ({ host }) => ifKnown(host.fstab),
  },
  check({ held, fstab }) {
    if (held.length === 0) return notApplicable('no guest has a disk on NFS');
    const soft = held.flatMap(({ mount, guests }) => {
      const option = ['soft', 'softerr'].find(name => mount.options.has(name));
      return option === undefined ? [] : [{ mount, guests, option }];
    });
    const [first] = soft;
    if (first === undefined) return good;
    const targets = soft.map(({ mount }) => mount.target);
    const fix = targets.flatMap(target => {
      const given = mountEntryOptions(fstab, target)?.filter(option => option === 'soft' || option === 'softerr') ?? [];
      return given.length === 0 ? [] : [setMountEntryOptions(target, given, ['hard'])];
    });
    const anew = `shut the guests down; ${targets.map(target => `umount ${target} && mount ${target}`).join('; ')}. A remount does not change it.`;
    return bad(`${listWith(targets, 'is', 'are')} mounted ${first.option}, and guests have disks there`, {
      wants: 'hard',
      so: 'after retrans timeouts the guest gets I/O errors, and its file system or database may be damaged',
      parts: soft.map(({ mount, guests, option }) => ({
        key: mount.target,
        saw: `${option}, disks of ${listNames(guests)}`,
        evidence: [mountEvidence(mount)],
      })),
      ...(fix.length === 0 ? {} : { fix }),
      otherwise:
        fix.length === targets.length
          ? `Before the next boot: ${anew}`
          : `Take soft and softerr out of the options where it is mounted (hard is the default); ${anew}`,
    });
  },
  examples: [
    { name: 'soft', files: mounted('vers=4.2,soft,timeo=50'), expect: 'bad', severity: 'error', fixes: [] },
    {
      name: 'soft, by fstab',
      files: {
        ...mounted('vers=4.2,soft,timeo=50'),
        '/etc/fstab': 'nas:/vm /var/lib/libvirt/images nfs4 soft,timeo=50 0 0\n',
      },
      expect: 'bad',
      severity: 'error',
      fixes: ['fstab'],
    },
    { name: 'softerr, version 3', files: mounted('vers=3,softerr', 'nfs'), expect: 'bad', severity: 'error' },
    { name: 'hard', files: mounted('vers=4.2,hard,timeo=600'), expect: 'good' },
    { name: 'no option, which is hard', files: mounted('vers=4.2'), expect: 'good' },
    { name: 'disks on a local file system', expect: 'not-applicable' },
    {
      name: 'a soft mount without guests',
      files: {
        '/proc/self/mounts':
          '/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /var/lib/libvirt/images xfs rw 0 0\nnas:/iso /srv/iso nfs4 ro,soft 0 0\n',
      },
      expect: 'not-applicable',
    },
    { name: 'mounts not readable', files: { '/proc/self/mounts': 'denied' }, expect: 'unknown' },
    { name: 'NFS is mounted, libvirt did not answer', files: mounted('soft'), libvirt: null, expect: 'unknown' },
  ],
});
