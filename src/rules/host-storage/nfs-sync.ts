import { setMountEntryOptions } from '#change/kinds/fstab';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { guestNfsMounts, mountEntryOptions, mountEvidence } from '#model/derived/guest-nfs-mounts';
import { asFact, ifKnown } from '#model/known';

const mounted = (options: string, source = 'nas:/vm') => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\n${source} /var/lib/libvirt/images nfs4 rw,vers=4.2,hard${options} 0 0\n`,
});
const local = '127.0.0.1:/srv/vm';
const exported = (options: string) => ({ '/etc/exports': `/srv/vm 127.0.0.1(${options})\n` });
const disk = (cache: string): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='raw' cache='${cache}'/><source file='/var/lib/libvirt/images/a.raw'/><target dev='vda' bus='virtio'/></disk></devices>`;

export default defineRule({
  id: 'host-storage/nfs-sync',
  subject: 'host',
  guide: ['4.4.1'],
  severity: 'warning',
  says: 'What a guest has flushed to NFS is on the server’s disk, and nothing is flushed twice.',
  because: 'A server that answers before its disk has the data loses flushed writes when it crashes.',
  sources: [
    { grade: 'documented', at: 'nfs-utils: exports(5), async: an unclean restart can cause data to be lost' },
    { grade: 'documented', at: 'nfs-utils: nfs(5), the sync mount option: each write waits for the server' },
    { grade: 'documented', at: 'QEMU: qemu-system(1), cache: none and directsync open with O_DIRECT' },
  ],
  intents: {},
  params: {},
  costs: ['An export with sync answers writes more slowly.'],
  departs: [
    {
      guideSays: 'Mount with sync.',
      truth:
        'The client’s sync is not the server’s: with cache=none QEMU writes around the client’s cache and flushes when the guest asks.',
      source: 'nfs-utils: nfs(5) sync, exports(5) sync; QEMU: cache modes',
      errata: ['X26'],
      guideCheck: 'a mount with sync is as the guide has it, and nothing is said against it',
    },
  ],
  needs: {
    held: ({ host, guests }) => guestNfsMounts(host.mounts, guests),
    exports: ({ host }) => asFact(host.nfs.exports),
    name: ({ host }) => ifKnown(host.name),
    fstab: ({ host }) => ifKnown(host.fstab),
  },
  check({ held, exports, name, fstab }, { policy }) {
    if (held.length === 0) return notApplicable('no guest has a disk on NFS');
    const split = held.map(one => {
      const [, server = '', path = ''] = /^\[?([^\]]*?)\]?:(\/.*)$/.exec(one.mount.source) ?? [];
      const isOwn = ['localhost', '127.0.0.1', '::1', name].includes(server);
      // of nested exports the longest holds the folder
      const found = (exports.state === 'known' && isOwn ? exports.value : [])
        .filter(each => each.path === path || path.startsWith(each.path === '/' ? '/' : `${each.path}/`))
        .sort((a, b) => b.path.length - a.path.length)[0];
      return { ...one, isOwn, server, found };
    });
    const lossy = split.filter(({ found }) => found?.isAsync === true);
    const [first] = lossy;
    if (first?.found !== undefined) {
      const { file, line } = first.found.place;
      return bad(`this host exports ${first.found.path} with async, and guests have disks there`, {
        wants: 'sync, which is the default',
        so: 'when it crashes, guests lose writes that they have flushed',
        evidence: [{ from: file, value: `${first.found.path}: async`, place: first.found.place }],
        otherwise: `Take async out of line ${line} of ${file}; exportfs -ra (live).`,
      });
    }
    const twice = split.filter(
      ({ mount, disks }) =>
        mount.options.has('sync') && disks.every(({ cache }) => cache === 'none' || cache === 'directsync'),
    );
    const [slow] = twice;
    if (slow !== undefined && policy !== 'guide') {
      const targets = twice.map(({ mount }) => mount.target);
      const inFstab = targets.filter(target => mountEntryOptions(fstab, target)?.includes('sync') === true);
      const anew = `shut the guests down; ${targets.map(target => `umount ${target} && mount ${target}`).join('; ')}.`;
      return bad(
        `${listNames(targets)} ${twice.length === 1 ? 'is' : 'are'} mounted with sync, and QEMU flushes by itself`,
        {
          severity: 'hint',
          wants: 'no sync among the mount options',
          so: 'other writes there wait for the server, which gains nothing',
          parts: twice.map(({ mount, guests }) => ({
            key: mount.target,
            saw: `sync; disks of ${listNames(guests)} with cache none or directsync`,
            evidence: [mountEvidence(mount)],
          })),
          ...(inFstab.length === 0 ? {} : { fix: inFstab.map(target => setMountEntryOptions(target, ['sync'], [])) }),
          otherwise:
            inFstab.length === targets.length
              ? `Before the next boot: ${anew}`
              : `Take sync out of the options where it is mounted; ${anew}`,
        },
      );
    }
    const open = split.find(({ found }) => found === undefined);
    if (open === undefined) return good;
    return open.isOwn && exports.state === 'unknown'
      ? undecided(exports.reason, exports.remedy)
      : undecided(
          `whether ${open.server} exports with async is not seen from its client`,
          open.isOwn ? 'exportfs -v' : `exportfs -v on ${open.server}`,
        );
  },
  examples: [
    {
      name: 'exported with async from this host',
      files: { ...mounted('', local), ...exported('rw,async') },
      expect: 'bad',
      severity: 'warning',
      fixes: [],
    },
    {
      name: 'exported with sync, cache none',
      files: { ...mounted('', local), ...exported('rw,sync') },
      expect: 'good',
    },
    {
      name: 'mounted with sync, cache none',
      files: mounted(',sync'),
      guest: disk('none'),
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'the guide mounts with sync',
      files: { ...mounted(',sync', local), ...exported('rw,sync') },
      guest: disk('none'),
      policy: 'guide',
      expect: 'good',
    },
    {
      name: 'mounted with sync, cache writeback',
      files: { ...mounted(',sync', local), ...exported('rw') },
      guest: disk('writeback'),
      expect: 'good',
    },
    { name: 'the server is elsewhere', files: mounted(''), expect: 'unknown' },
    { name: 'disks on a local file system', expect: 'not-applicable' },
    { name: 'exports not readable', files: { ...mounted('', local), '/etc/exports': 'denied' }, expect: 'unknown' },
  ],
});
