import { setConfigKey } from '#change/kinds/config-key';
import { editDisks } from '#change/kinds/domain-disks';
import { switchOn } from '#change/recipes/switch-services';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable } from '#check/verdict';
import { fileSystemOf } from '#model/derived/shared-file-systems';
import { ifKnown, listKnown, mapKnown, orAbsent } from '#model/known';

const conf = '/etc/libvirt/qemu.conf';
const nfs = { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nserver:/srv /srv/nfs nfs4 rw,hard,vers=4.2 0 0\n' };
const disk = (path: string, more = ''): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='raw' cache='writeback'/><source file='${path}'/><target dev='vda' bus='virtio'/>${more}</disk></devices>`;
const locked = { [conf]: 'lock_manager = "lockd"\n' };

export default defineRule({
  id: 'libvirt-hygiene/disk-locking',
  subject: 'host',
  guide: [],
  beyond: 'nothing keeps two hosts from starting one guest on the same image but a lock that both ask for',
  severity: 'hint',
  says: 'Images that several hosts see are locked while a guest writes to them.',
  because: 'Two guests that write to one image destroy it; a lock manager refuses the second one, on whichever host.',
  sources: [
    { grade: 'documented', at: 'libvirt: kbase, Virtual machine lock manager; qemu.conf: lock_manager' },
    {
      grade: 'documented',
      at: 'QEMU: qemu(1), file locking of images: a host’s own, and only where the file system carries it',
    },
  ],
  when: { hypervisor: 'kvm', instance: 'system' },
  intents: { migratable: { level: 'should' } },
  params: {},
  costs: ['The lock space must be reachable at all times: where it is not, guests do not start.'],
  needs: {
    settings: ({ host }) => orAbsent(host.libvirt.qemuConf),
    mounts: ({ host }) => host.mounts,
    services: ({ host }) => ifKnown(host.services),
    disks: ({ guests }) =>
      guests.state === 'known'
        ? listKnown(guests.value.map(guest => mapKnown(guest.config.disks, disks => ({ guest: guest.name, disks }))))
        : guests,
  },
  check({ settings, mounts, disks, services }) {
    const writers = disks.flatMap(({ guest, disks: own }) =>
      own.filter(({ isReadOnly, device }) => !isReadOnly && device === 'disk').map(one => ({ guest, disk: one })),
    );
    const cached = writers.filter(
      ({ disk: { isShareable, cache } }) => isShareable && cache !== 'none' && cache !== 'directsync',
    );
    const [worst] = cached;
    if (worst !== undefined) {
      return bad(`${worst.disk.target} of ${worst.guest} is shared with other guests and goes through the page cache`, {
        severity: 'warning',
        wants: 'cache none on each shareable disk',
        so: 'the guests on it see different contents',
        parts: cached.map(({ guest, disk: one }) => ({
          key: `${guest}/${one.target}`,
          saw: `cache ${one.cache ?? 'not set, which is writeback'}`,
          evidence: [one.at],
        })),
        fix: [...new Set(cached.map(({ guest }) => guest))].map(name =>
          editDisks(
            name,
            cached
              .filter(({ guest }) => guest === name)
              .map(({ disk: { target, cache } }) => ({ target, place: 'driver/@cache', before: cache, after: 'none' })),
          ),
        ),
      });
    }
    const shared = writers.filter(({ disk: one }) => fileSystemOf(one, mounts)?.isShared === true);
    const [first] = shared;
    if (first === undefined) return notApplicable('no guest writes to an image on a shared file system');
    const manager = settings?.get('lock_manager')?.values[0];
    if (manager === 'lockd' || manager === 'sanlock') return good;
    const names = [...new Set(shared.map(({ guest }) => guest))];
    return bad(
      `${shared.length === 1 ? 'an image' : `${shared.length} images`} of ${listNames(names)} may be opened by two hosts at once (no lock manager)`,
      {
        wants: 'lock_manager = "lockd", on each host',
        so: 'a guest that is started on a second host destroys its image',
        parts: shared.map(({ guest, disk: one }) => ({
          key: `${guest}/${one.target}`,
          saw: `${one.source} on ${fileSystemOf(one, mounts)?.type}`,
          evidence: [one.at],
        })),
        // virtlockd holds the locks; its socket starts it
        fix: [
          ...switchOn((services ?? []).filter(({ name }) => name === 'virtlockd.socket')),
          setConfigKey(conf, 'lock_manager', manager, 'lockd'),
        ],
      },
    );
  },
  examples: [
    {
      name: 'images on NFS, no lock manager',
      guest: disk('/srv/nfs/g.raw'),
      files: nfs,
      expect: 'bad',
      severity: 'hint',
      fixes: ['config-key'],
    },
    { name: 'lockd', guest: disk('/srv/nfs/g.raw'), files: { ...nfs, ...locked }, expect: 'good' },
    {
      name: 'a shared disk in the page cache',
      guest: disk('/srv/nfs/g.raw', '<shareable/>'),
      files: { ...nfs, ...locked },
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'images of this host', expect: 'not-applicable' },
    {
      name: 'settings not readable',
      guest: disk('/srv/nfs/g.raw'),
      files: { ...nfs, [conf]: 'denied' },
      expect: 'unknown',
    },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
