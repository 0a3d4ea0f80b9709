import { setService } from '#change/kinds/service';
import { defineRule } from '#check/define-rule';
import { listWith } from '#check/list-names';
import { bad, good, notApplicable } from '#check/verdict';
import { committedGuests } from '#model/derived/committed-guests';
import { ifKnown, known } from '#model/known';

/** Modules of hypervisors that take the CPU's virtualization for themselves. */
const foreign: Readonly<Record<string, { readonly product: string; readonly unit: string; readonly unload: string }>> =
  {
    vboxdrv: { product: 'VirtualBox', unit: 'vboxdrv.service', unload: 'modprobe -r vboxnetadp vboxnetflt vboxdrv' },
    vmmon: { product: 'VMware', unit: 'vmware.service', unload: 'modprobe -r vmmon' },
  };
/** Units that belong to the other of Xen and KVM. */
const otherUnits = {
  kvm: ['xenstored.service', 'xendomains.service', 'virtxend.service', 'virtxend.socket'],
  xen: ['virtqemud.service', 'virtqemud.socket'],
} as const;
const loaded = (...names: readonly string[]) => ({
  '/proc/modules': ['kvm_intel', 'kvm', ...names].map(name => `${name} 4096 0 - Live 0x0000000000000000\n`).join(''),
});
const enabled = (name: string) => ({
  [`/usr/lib/systemd/system/${name}`]: '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
  [`/etc/systemd/system/multi-user.target.wants/${name}`]: `-> /usr/lib/systemd/system/${name}`,
  '/run/systemd/units/invocation:sshd.service': '-> 0',
});

export default defineRule({
  id: 'host-services/single-hypervisor',
  subject: 'host',
  guide: ['6.4'],
  severity: 'warning',
  says: 'The host has one virtualization technology.',
  because:
    'Two hypervisors want the same CPU extensions; one keeps the other’s guests from starting, or both take memory and time.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.4: one virtualization technology per host' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/kernel-parameters, kvm.enable_virt_at_load: out-of-tree hypervisors',
    },
  ],
  intents: {},
  params: {},
  costs: ['Guests of the other hypervisor must move first.'],
  needs: {
    hypervisor: ({ host }) => host.hypervisor,
    modules: ({ host }) => host.modules,
    services: ({ host }) => ifKnown(host.services),
    guests: ({ guests }) => ifKnown(committedGuests(guests)),
    machine: ({ host }) => known(host.name.state === 'known' ? host.name.value : 'this host'),
  },
  check({ hypervisor, modules, services = [], guests = [], machine }) {
    if (hypervisor === 'none') return notApplicable('it runs no guests');
    const strangers = modules.flatMap(({ name }) => (foreign[name] === undefined ? [] : [{ name, ...foreign[name] }]));
    const names: readonly string[] = otherUnits[hypervisor];
    const units = services.filter(({ name, isEnabled, isActive }) => names.includes(name) && (isEnabled || isActive));
    const other = hypervisor === 'kvm' ? 'Xen' : 'KVM';
    const own = services.filter(({ name, isEnabled }) => isEnabled && strangers.some(({ unit }) => unit === name));
    // a socket would start its service again
    const off = units.toSorted((a, b) => Number(b.name.endsWith('.socket')) - Number(a.name.endsWith('.socket')));
    const [stranger] = strangers;
    if (stranger === undefined && units.length === 0) return good;
    return bad(
      stranger === undefined
        ? `${machine} runs ${hypervisor === 'kvm' ? 'KVM' : 'Xen'}, and ${listWith(
            units.map(({ name }) => name),
            'starts',
            'start',
          )} for ${other}`
        : `${stranger.product} is loaded (${strangers.map(({ name }) => name).join(', ')}) beside ${hypervisor === 'kvm' ? 'KVM' : 'Xen'}`,
      {
        severity: stranger !== undefined && guests.length > 0 ? 'error' : 'warning',
        wants: 'one of them',
        so:
          stranger === undefined
            ? 'daemons run for nothing, and a boot entry may bring up the wrong hypervisor'
            : 'guests of one of them fail to start while those of the other run',
        parts: [
          ...strangers.map(({ name, product }) => ({
            key: name,
            saw: `module ${name} of ${product} is loaded`,
            evidence: [{ from: '/proc/modules', value: name }],
          })),
          ...units.map(({ name, evidence }) => ({ key: name, saw: `${name} is on`, evidence })),
        ],
        ...(off.length + own.length === 0
          ? {}
          : {
              fix: [
                ...off.map(({ name, isEnabled = false, isActive = false }) =>
                  setService(name, { isEnabled, isActive }, { isEnabled: false, isActive: false }),
                ),
                // its guests may run: from the next boot
                ...own.map(({ name, isActive = false }) =>
                  setService(name, { isEnabled: true, isActive }, { isEnabled: false, isActive }),
                ),
              ],
            }),
        ...(strangers.length === 0
          ? {}
          : {
              otherwise: `${strangers.map(({ unit, unload }) => `${own.some(({ name }) => name === unit) ? '' : `systemctl disable --now ${unit}; `}${unload}`).join('; ')}; then remove its packages.`,
            }),
      },
    );
  },
  examples: [
    { name: 'VirtualBox beside guests of KVM', files: loaded('vboxdrv'), expect: 'bad', severity: 'error', fixes: [] },
    {
      name: 'VirtualBox on a host without guests',
      files: loaded('vboxdrv'),
      guest: null,
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'KVM only', files: loaded(), expect: 'good' },
    {
      name: 'Xen’s daemons enabled under KVM',
      files: enabled('xenstored.service'),
      expect: 'bad',
      severity: 'warning',
      fixes: ['service'],
    },
    { name: 'no hypervisor', files: { '/dev/kvm': null }, expect: 'not-applicable' },
    { name: 'modules not readable', files: { '/proc/modules': 'denied' }, expect: 'unknown' },
  ],
});
