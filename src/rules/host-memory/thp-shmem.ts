import { setMountOption } from '#change/kinds/mount-option';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { listWith } from '#check/list-names';
import { memoryXml } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { sharedMemoryGuests } from '#model/derived/shared-memory-guests';
import { ifKnown } from '#model/known';

const path = '/sys/kernel/mm/transparent_hugepage/shmem_enabled';
const mode = (chosen: string) => ({
  [path]: 'always within_size advise never deny force'.replace(chosen, `[${chosen}]`),
});
const backing = (xml: string) => memoryXml(4, `<memoryBacking>${xml}</memoryBacking>`);
const memfd = backing("<source type='memfd'/><access mode='shared'/>");
const file = backing("<source type='file'/><access mode='shared'/>");
const tmpfs = (options: string) => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\ntmpfs /var/lib/libvirt/qemu/ram tmpfs rw${options} 0 0\n`,
});

export default defineRule({
  id: 'host-memory/thp-shmem',
  subject: 'host',
  guide: [],
  beyond: 'virtiofs and vhost-user need shared memory, which transparent huge pages leave out unless they are told.',
  severity: 'hint',
  says: 'Guests with shared memory get transparent huge pages, too.',
  because:
    'The switch for private memory does not reach memory files: guests with virtiofs or vhost-user run on small pages.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/mm/transhuge.rst, shmem_enabled; tmpfs mount option huge=' },
    { grade: 'documented', at: 'linux: commit 5a6e75f8110c: shmem_enabled covers memfd and shared anonymous memory' },
    { grade: 'measured', at: 'libvirt 9.0: shared access without memfd gives a file in /var/lib/libvirt/qemu/ram' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {},
  costs: ['Shared memory takes up to a huge page more where it is used sparsely.'],
  needs: {
    mode: ({ host }) => host.memory.thp.shmem,
    boot: ({ host }) => ifKnown(knobAtBoot(host, path)),
    shared: ({ host, guests }) => sharedMemoryGuests(host, guests),
  },
  check({ mode: chosen, boot, shared: { guests, mount, missing } }) {
    const isTmpfs = mount?.type === 'tmpfs';
    const memfds = guests.filter(({ by }) => by === 'memfd').map(({ guest }) => guest);
    const files = isTmpfs ? guests.filter(({ by }) => by === 'file').map(({ guest }) => guest) : [];
    const said = mount?.options.get('huge');
    const told = typeof said === 'string' ? said : undefined;
    const huge = told ?? 'never';
    const isOff = chosen === 'deny' || chosen === 'never';
    if (memfds.length > 0 && isOff) {
      return bad(
        `${listWith(memfds, 'gets', 'get')} no transparent huge pages for shared memory (shmem_enabled: ${chosen})`,
        {
          wants: 'advise',
          so: 'more page faults and longer page walks, or use huge pages for these guests',
          ...makeKnobLast(path, chosen, 'advise', boot),
        },
      );
    }
    if (files.length > 0 && chosen !== 'force' && (chosen === 'deny' || huge === 'never')) {
      const saw = `${listWith(files, 'gets', 'get')} no transparent huge pages: ${mount?.target} is a tmpfs with huge=${huge}`;
      return chosen === 'deny'
        ? bad(saw, { wants: 'shmem_enabled: advise', ...makeKnobLast(path, chosen, 'advise', boot) })
        : bad(saw, {
            wants: 'huge=advise',
            ...(mount === undefined
              ? {}
              : {
                  fix: [setMountOption(mount.target, 'huge', told, 'advise')],
                  otherwise: `To keep it: huge=advise among the options of ${mount.target} in /etc/fstab. Restart the guests.`,
                }),
          });
    }
    if (memfds.length + files.length > 0) return good;
    if (missing !== undefined) return undecided(missing.reason, missing.remedy);
    return notApplicable('no guest has memory in memfd or on a tmpfs');
  },
  examples: [
    { name: 'never, with memfd', files: mode('never'), guest: memfd, expect: 'bad', fixes: ['sysfs', 'tmpfiles'] },
    { name: 'deny, with memfd', files: mode('deny'), guest: memfd, expect: 'bad' },
    { name: 'advise', files: mode('advise'), guest: memfd, expect: 'good' },
    { name: 'a tmpfs without', files: tmpfs(''), guest: file, expect: 'bad', fixes: ['mount-option'] },
    { name: 'a tmpfs with', files: tmpfs(',huge=advise'), guest: file, expect: 'good' },
    { name: 'a file on a disk', files: mode('never'), guest: file, expect: 'not-applicable' },
    { name: 'private memory', files: mode('never'), expect: 'not-applicable' },
    { name: 'no THP', files: { '/sys/kernel/mm/transparent_hugepage/': null }, guest: memfd, expect: 'not-applicable' },
    { name: 'a guest that cannot be read', guest: '<memory>much</memory>', expect: 'unknown' },
    { name: 'not readable', files: { [path]: 'denied' }, guest: memfd, expect: 'unknown' },
  ],
});
