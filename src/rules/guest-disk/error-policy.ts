import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const disk = (policy: string): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2' ${policy}/><source file='/var/lib/libvirt/images/g.qcow2'/><target dev='vda' bus='virtio'/></disk></devices>`;

export default defineRule({
  id: 'guest-disk/error-policy',
  subject: 'guest',
  guide: [],
  beyond: 'thin images and network storage fail for a while, and what happens then is set here',
  severity: 'error',
  says: 'Errors of a disk are not ignored.',
  because:
    'A write that failed and is called done is lost without a trace; stopped, the guest goes on where it was when there is room again.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver/@error_policy: stop, report, ignore, enospace' },
    { grade: 'documented', at: 'QEMU: qemu(1), werror: default enospc pauses the guest when the host disk is full' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['The guest is paused at an error, and somebody must resume it.'],
  needs: { disks: ({ guest }) => orAbsent(guest.config.disks), guest: ({ guest }) => known(guest.name) },
  check({ disks = [], guest }) {
    if (disks.length === 0) return notApplicable('it has no disk');
    const wrong = disks.filter(({ errorPolicy }) => errorPolicy === 'ignore');
    const [first] = wrong;
    if (first === undefined) return good;
    return bad(
      wrong.length === 1
        ? `errors of its disk ${first.target} are ignored`
        : `errors of ${wrong.length} of its disks are ignored`,
      {
        wants: 'error_policy stop; report where a cluster in the guest decides',
        so: 'writes that failed are lost without a trace',
        parts: wrong.map(({ target, at }) => ({ key: target, saw: `${target}: ignore`, evidence: [at] })),
        fix: [
          editDisks(
            guest,
            wrong.map(({ target }) => ({ target, place: 'driver/@error_policy', before: 'ignore', after: 'stop' })),
          ),
        ],
      },
    );
  },
  examples: [
    {
      name: 'ignore',
      guest: disk("error_policy='ignore'"),
      expect: 'bad',
      severity: 'error',
      fixes: ['domain-xml'],
    },
    { name: 'stop', guest: disk("error_policy='stop'"), expect: 'good' },
    { name: 'the default', guest: disk(''), expect: 'good' },
    { name: 'no disk', guest: { xml: '', without: ['devices/disk'] }, expect: 'not-applicable' },
    { name: 'a disk that cannot be read', guest: '<devices><disk/></devices>', expect: 'unknown' },
  ],
});
