import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const disk = (cache: string, more = ''): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='${cache}'/><source file='/var/lib/libvirt/images/g.qcow2'/><target dev='vda' bus='virtio'/>${more}</disk></devices>`;

export default defineRule({
  id: 'guest-disk/cache-unsafe',
  subject: 'guest',
  guide: [],
  beyond: 'cache unsafe is set for an installation and stays',
  severity: 'error',
  says: 'No disk that is kept has cache unsafe.',
  because:
    'With cache unsafe QEMU ignores the flushes of the guest: after a crash of the host file systems and databases in it are damaged, whatever they had synced.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver/@cache, unsafe: sync requests are ignored' },
    { grade: 'documented', at: 'QEMU: qemu(1), cache=unsafe: cache.no-flush=on' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['Writes that the guest flushes wait for the disk.'],
  needs: { disks: ({ guest }) => orAbsent(guest.config.disks), guest: ({ guest }) => known(guest.name) },
  check({ disks = [], guest }) {
    const written = disks.filter(({ isReadOnly }) => !isReadOnly);
    if (written.length === 0) return notApplicable('it has no disk to write to');
    const wrong = written.filter(({ cache, isTransient }) => cache === 'unsafe' && !isTransient);
    const [first] = wrong;
    if (first === undefined) return good;
    return bad(
      wrong.length === 1
        ? `flushes to its disk ${first.target} are ignored: cache unsafe`
        : `flushes to ${wrong.length} of its disks are ignored: cache unsafe`,
      {
        wants: 'cache none, or writeback',
        so: 'a crash of the host damages what is on them',
        parts: wrong.map(({ target, at }) => ({ key: target, saw: `${target}: cache unsafe`, evidence: [at] })),
        fix: [
          editDisks(
            guest,
            wrong.map(({ target }) => ({ target, place: 'driver/@cache', before: 'unsafe', after: 'none' })),
          ),
        ],
      },
    );
  },
  examples: [
    { name: 'an unsafe root disk', guest: disk('unsafe'), expect: 'bad', severity: 'error', fixes: ['domain-xml'] },
    { name: 'none', guest: disk('none'), expect: 'good' },
    { name: 'a disk that is thrown away', guest: disk('unsafe', '<transient/>'), expect: 'good' },
    { name: 'read-only', guest: disk('unsafe', '<readonly/>'), expect: 'not-applicable' },
    { name: 'a disk that cannot be read', guest: '<devices><disk/></devices>', expect: 'unknown' },
  ],
});
