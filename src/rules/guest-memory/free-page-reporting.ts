import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { hugePageNeeds } from '#model/derived/huge-page-need';
import { hasVfioDevice } from '#model/derived/pinned-memory';
import { ifKnown, known, orAbsent } from '#model/known';
import { mib } from '#units/bytes';
import { isInRange } from '#units/version';

const on = "<devices><memballoon model='virtio' freePageReporting='on'/></devices>";
const vfio =
  "<devices><memballoon model='virtio' freePageReporting='on'/><hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source></hostdev></devices>";

export default defineRule({
  id: 'guest-memory/free-page-reporting',
  subject: 'guest',
  guide: [],
  beyond: 'free page reporting gives idle memory back by itself, which the balloon of the guide needs a policy for',
  severity: 'hint',
  says: 'A guest on a crowded host reports its free pages, one on huge pages does not.',
  because:
    'What a guest has freed stays allocated on the host until it is reported; but 2 MiB pages given back to the pool can be taken by another guest, and this one is killed when it wants them again.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, memballoon freePageReporting (libvirt 6.9, QEMU 5.1)' },
    { grade: 'documented', at: 'QEMU: hw/virtio/virtio-balloon.c, virtio_balloon_handle_report' },
    { grade: 'documented', at: 'linux: mm/page_reporting.c, reporting in pageblock order (Linux 5.7 in the guest)' },
  ],
  when: { guestType: ['kvm', 'qemu'], qemu: '>=5.1', libvirt: '>=6.9' },
  intents: { density: { level: 'should' } },
  params: {},
  costs: ['Pages are faulted in again when the guest grows; transparent huge pages are split.'],
  needs: {
    balloon: ({ guest }) => orAbsent(guest.config.balloon),
    huge: ({ guest, host }) => hugePageNeeds(guest.config, host.memory),
    vfio: ({ guest }) => hasVfioDevice(guest.config),
    kernel: ({ guest }) => ifKnown(guest.inside.kernel),
    name: ({ guest }) => known(guest.name),
  },
  check({ balloon, huge, vfio: isPinned, kernel, name }, { intents }) {
    const path = 'devices/memballoon/@freePageReporting';
    const isOn = balloon?.freePageReporting === 'on';
    const off = editDomain(name, [{ path, content: 'on' }], [{ path, content: undefined }]);
    if (isOn && isPinned)
      return bad('it reports free pages that a passed-through device keeps pinned', {
        severity: 'info',
        wants: 'no free page reporting: it has no effect',
        fix: [off],
      });
    if (isOn && huge.length > 0) {
      const isSmall = huge.some(need => need.pages.size <= mib(2));
      return bad(
        isSmall
          ? 'it gives its huge pages back to a pool from which others take them'
          : 'it reports free pages that its large pages cannot give back',
        {
          severity: isSmall ? 'warning' : 'info',
          wants: 'no free page reporting',
          so: isSmall ? 'when the pool is empty it is killed (SIGBUS) at the next touch' : 'it has no effect',
          fix: [off],
        },
      );
    }
    if (!intents.includes('density')) return isOn || huge.length > 0 ? good : notApplicable('only for intent density');
    if (isOn || huge.length > 0 || isPinned) return good;
    if (balloon?.model === 'none') return notApplicable('it has no balloon');
    if (kernel !== undefined && isInRange(kernel, '<5.7'))
      return notApplicable(`its kernel ${kernel.text} cannot report pages`);
    return bad('it does not report the pages it has freed', {
      wants: "freePageReporting='on'",
      fix: [editDomain(name, [{ path, content: balloon?.freePageReporting }], [{ path, content: 'on' }])],
    });
  },
  examples: [
    { name: 'density without', intents: ['density'], expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    {
      name: 'density without, Linux 5.6 in it',
      guest: { xml: '', inside: { '/proc/sys/kernel/osrelease': '5.6.0' } },
      intents: ['density'],
      expect: 'not-applicable',
    },
    {
      name: 'density without, Linux 5.7 in it',
      guest: { xml: '', inside: { '/proc/sys/kernel/osrelease': '5.7.0' } },
      intents: ['density'],
      expect: 'bad',
    },
    { name: 'density without, QEMU 5.1', intents: ['density'], libvirt: { qemuVersion: '5.1.0' }, expect: 'bad' },
    { name: 'density without, libvirt 6.9', intents: ['density'], libvirt: { version: '6.9.0' }, expect: 'bad' },
    { name: 'density with', guest: on, intents: ['density'], expect: 'good' },
    {
      name: 'on 2 MiB pages',
      guest: `${on}<memoryBacking><hugepages><page size='2048'/></hugepages></memoryBacking>`,
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'on 1 GiB pages',
      guest: `${on}<memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>`,
      expect: 'bad',
      severity: 'info',
    },
    { name: 'with a passed-through device', guest: vfio, expect: 'bad', severity: 'info' },
    { name: 'a general guest', expect: 'not-applicable' },
    { name: 'QEMU 5.0', intents: ['density'], libvirt: { qemuVersion: '5.0.0' }, expect: 'not-applicable' },
    { name: 'libvirt 6.8', intents: ['density'], libvirt: { version: '6.8.0' }, expect: 'not-applicable' },
    {
      name: 'memory that is no number',
      guest: `<memory>x</memory><memoryBacking><hugepages/></memoryBacking>`,
      intents: ['density'],
      expect: 'unknown',
    },
  ],
});
