import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';

const unit = (command: string) => ({
  '/etc/systemd/system/oldguest.service': `[Service]\nExecStart=${command}\n`,
  '/etc/systemd/system/multi-user.target.wants/oldguest.service': '-> ../oldguest.service',
});
const xendomains = {
  '/usr/lib/systemd/system/xendomains.service': '[Service]\nExecStart=/bin/true\n',
  '/etc/systemd/system/multi-user.target.wants/xendomains.service': '-> /usr/lib/systemd/system/xendomains.service',
};

export default defineRule({
  id: 'libvirt-hygiene/no-hypervisor-tools-mixed',
  subject: 'host',
  guide: ['3.1'],
  severity: 'warning',
  says: 'Nothing but libvirt starts guests at boot.',
  because:
    'libvirt shows what it did itself: a guest that xl or a script started, or a monitor command changed, is another than libvirt believes.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 3.1: do not mix libvirt and hypervisor tools' },
    { grade: 'documented', at: 'Xen: xendomains starts what lies in /etc/xen/auto (xl.cfg(5), xl(1))' },
  ],
  intents: {},
  params: {},
  costs: ['The guest has to be defined in libvirt before the unit is disabled.'],
  needs: { starters: ({ host }) => host.guestStarters, guests: ({ guests }) => guests },
  check({ starters, guests }) {
    if (guests.length === 0) return notApplicable('libvirt has no guests here');
    const [first] = starters;
    if (first === undefined) return good;
    return bad(
      `${first.file} starts a guest with ${first.command}${starters.length === 1 ? '' : `, and ${starters.length - 1} more`}, beside ${guests.length} of libvirt’s`,
      {
        wants: 'guests that libvirt defines and starts (virsh autostart)',
        so: 'what libvirt shows is not what runs',
        parts: starters.map(({ file, command }) => ({ key: file, saw: `${file}: ${command}` })),
        otherwise: first.file.startsWith('/etc/xen/auto/')
          ? `virsh domxml-from-native xen-xl ${first.file} > g.xml; virsh define g.xml; virsh autostart NAME; rm ${first.file}.`
          : `Define the guest in libvirt (virt-install --import), virsh autostart NAME, then take it out of ${first.file}.`,
      },
    );
  },
  examples: [
    { name: 'a unit that starts QEMU', files: unit('/usr/bin/qemu-system-x86_64 -m 1G /srv/a.img'), expect: 'bad' },
    { name: 'a unit that does something else', files: unit('/usr/bin/node /srv/app.js'), expect: 'good' },
    { name: 'a script', files: { '/etc/rc.local': '#!/bin/sh\nxl create /srv/a.cfg\n' }, expect: 'bad' },
    { name: 'xendomains with a guest', files: { ...xendomains, '/etc/xen/auto/a.cfg': '' }, expect: 'bad' },
    { name: 'xendomains with nothing to start', files: xendomains, expect: 'good' },
    { name: 'a guest’s file that nothing starts', files: { '/etc/xen/auto/a.cfg': '' }, expect: 'good' },
    { name: 'no guests of libvirt', guest: null, files: xendomains, expect: 'not-applicable' },
    { name: 'units not readable', files: { '/etc/systemd/system': 'denied' }, expect: 'unknown' },
  ],
});
