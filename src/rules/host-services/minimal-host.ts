import { setService } from '#change/kinds/service';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable } from '#check/verdict';
import { isNfs } from '#model/derived/guest-nfs-mounts';
import { asFact, ifKnown } from '#model/known';

/** What a host of guests seldom needs, and what it is for. */
const seldom: Readonly<Record<string, string>> = {
  // what starts another one comes before it
  'avahi-daemon.socket': 'finds devices in the local network',
  'avahi-daemon.service': 'finds devices in the local network',
  'bluetooth.service': 'Bluetooth',
  'cups.path': 'printing',
  'cups.socket': 'printing',
  'cups.service': 'printing',
  'ModemManager.service': 'mobile modems',
  'packagekit.service': 'updates from a desktop',
  'rpcbind.socket': 'NFS before version 4',
  'rpcbind.service': 'NFS before version 4',
};
const target = (name: string) => ({ '/etc/systemd/system/default.target': `-> /usr/lib/systemd/system/${name}` });
const desktop = {
  ...target('graphical.target'),
  '/usr/lib/systemd/system/gdm.service': '[Service]\nExecStart=/usr/sbin/gdm\n',
  '/etc/systemd/system/display-manager.service': '-> /usr/lib/systemd/system/gdm.service',
};
const enabled = (name: string) => ({
  [`/usr/lib/systemd/system/${name}`]: '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
  [`/etc/systemd/system/multi-user.target.wants/${name}`]: `-> /usr/lib/systemd/system/${name}`,
  [`/run/systemd/units/invocation:${name}`]: '-> 0',
});
const nfs = { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nnas:/vm /srv/vm nfs rw,vers=3 0 0\n' };

export default defineRule({
  id: 'host-services/minimal-host',
  subject: 'host',
  guide: ['6.4'],
  severity: 'hint',
  says: 'The host starts no desktop and no services that guests do not need.',
  because: 'What does not run takes no memory and CPU time from guests, and cannot be attacked.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.4: minimize software and services on hosts' },
    {
      grade: 'documented',
      at: 'systemd: systemd.special(7): graphical.target pulls in display-manager.service; many distributions make that target the default with nothing graphical installed, so that the display manager decides',
    },
  ],
  intents: {},
  params: {},
  costs: ['Who works at the host’s own screen, or prints from it, can no longer do so.'],
  needs: {
    hypervisor: ({ host }) => host.hypervisor,
    target: ({ host }) => asFact(host.defaultTarget),
    services: ({ host }) => host.services,
    mounts: ({ host }) => ifKnown(host.mounts),
  },
  check({ hypervisor, target: atBoot, services, mounts = [] }) {
    if (hypervisor === 'none') return notApplicable('it runs no guests');
    // many distributions boot to graphical.target whether or not there is anything graphical
    const isGraphical =
      atBoot.state === 'known' &&
      atBoot.value === 'graphical.target' &&
      services.some(unit => unit.name === 'display-manager.service' && unit.isInstalled && !unit.isMasked);
    const hasNfs = mounts.some(isNfs) || services.some(unit => unit.name === 'nfs-server.service' && unit.isEnabled);
    const order = Object.keys(seldom);
    const needless = services
      .filter(({ name, isEnabled }) => isEnabled && order.includes(name) && !(hasNfs && name.startsWith('rpcbind.')))
      .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    if (!isGraphical && needless.length === 0) return good;
    const names = needless.map(({ name }) => name);
    return bad(
      isGraphical
        ? `the host starts a graphical desktop${names.length > 0 ? ` and ${listNames(names)}` : ''}`
        : `the host starts ${listNames(names)}`,
      {
        wants: isGraphical ? 'multi-user.target, and only services for guests' : 'only services for guests',
        parts: [
          ...(isGraphical
            ? [{ key: 'default.target', saw: 'graphical.target is the default', evidence: atBoot.evidence }]
            : []),
          ...needless.map(({ name, evidence }) => ({ key: name, saw: `${name}: ${seldom[name]}`, evidence })),
        ],
        ...(needless.length === 0
          ? {}
          : {
              fix: needless.map(({ name, isActive }) =>
                setService(
                  name,
                  { isEnabled: true, isActive: isActive ?? false },
                  { isEnabled: false, isActive: false },
                ),
              ),
            }),
        ...(isGraphical ? { otherwise: 'systemctl set-default multi-user.target (from the next boot).' } : {}),
      },
    );
  },
  examples: [
    {
      name: 'a desktop and printing',
      files: { ...desktop, ...enabled('cups.service') },
      expect: 'bad',
      severity: 'hint',
      fixes: ['service'],
    },
    { name: 'a desktop', files: desktop, expect: 'bad', fixes: [] },
    { name: 'graphical.target, and no display manager', files: target('graphical.target'), expect: 'good' },
    { name: 'no desktop', files: target('multi-user.target'), expect: 'good' },
    { name: 'rpcbind without NFS', files: enabled('rpcbind.service'), expect: 'bad', fixes: ['service'] },
    { name: 'rpcbind for NFS', files: { ...enabled('rpcbind.service'), ...nfs }, guest: null, expect: 'good' },
    { name: 'no hypervisor', files: { '/dev/kvm': null }, expect: 'not-applicable' },
    { name: 'units not readable', files: { '/etc/systemd/system': 'denied' }, expect: 'unknown' },
  ],
});
