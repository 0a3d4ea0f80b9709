import { setService } from '#change/kinds/service';
import { switchOff, switchOn } from '#change/recipes/switch-services';
import { defineRule } from '#check/define-rule';
import { listWith } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import {
  driverUnits,
  isOn,
  libvirtDaemons,
  oneForAllUnits,
  startModular,
  stopMonolithic,
} from '#model/derived/libvirt-daemons';
import { ifKnown, mapKnown, orAbsent, valueIfKnown } from '#model/known';
import { isInRange } from '#units/version';

const targetOf = (name: string): string => (name.endsWith('.socket') ? 'sockets' : 'multi-user');
const file = (name: string) => ({
  [`/usr/lib/systemd/system/${name}`]: `[Unit]\nDescription=libvirt\n[Install]\nWantedBy=${targetOf(name)}.target\n`,
});
const wanted = (name: string) => ({
  ...file(name),
  [`/etc/systemd/system/${targetOf(name)}.target.wants/${name}`]: `-> /usr/lib/systemd/system/${name}`,
});
const eachDriver = { ...wanted('virtqemud.service'), ...wanted('virtqemud.socket') };
const oneForAll = { ...wanted('libvirtd.service'), ...wanted('libvirtd.socket') };
const debian = { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' };

export default defineRule({
  id: 'libvirt-hygiene/daemon-mode',
  subject: 'host',
  guide: ['3.1'],
  severity: 'error',
  says: 'One kind of libvirt daemon runs the guests: the one for all, or the one for each driver.',
  because:
    'Both kinds lock the same drivers, so only one of them works; with neither on at boot nobody starts the guests.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 3.1' },
    { grade: 'documented', at: 'libvirt: daemons, modular and monolithic; socket activation' },
    { grade: 'documented', at: 'SUSE: Virtualization Guide, libvirt daemons (15 SP4: monolithic, 15 SP6: modular)' },
  ],
  intents: {},
  params: {},
  costs: ['Settings of libvirtd.conf move to virtqemud.conf and virtproxyd.conf; running guests stay.'],
  departs: [
    {
      guideSays: 'libvirt is one daemon, libvirtd.',
      truth: 'SLES 15 SP6 and later start one daemon for each driver; libvirtd still works.',
      source: 'SUSE: Virtualization Guide, libvirt daemons',
      errata: ['X65'],
      guideCheck: 'libvirtd is not remarked on',
    },
  ],
  needs: {
    services: ({ host }) => host.services,
    distribution: ({ host }) => orAbsent(host.distribution),
    autostarted: ({ guests }) =>
      mapKnown(ifKnown(guests), all =>
        (all ?? []).filter(guest => valueIfKnown(guest.autostart) === true).map(({ name }) => name),
      ),
  },
  check({ services, distribution, autostarted }, { policy }) {
    const { monolithic: one, modular: each, namesOn: names } = libvirtDaemons(services);
    const daemons = [...one, ...each];
    if (daemons.length === 0) return notApplicable('no libvirt daemon is installed as a unit of systemd');
    const evidence = daemons.filter(isOn).flatMap(service => service.evidence.slice(0, 1));
    if (one.some(isOn) && each.some(isOn)) {
      return bad(`${names(one)} and ${names(each)} are both on`, {
        wants: 'one kind',
        so: 'the second one to start cannot take the driver, and fails',
        evidence,
        // where the one for all holds the drivers, its settings and guests have to be thought of first
        ...(each.some(({ isActive }) => isActive === true)
          ? { fix: switchOff(one) }
          : {
              otherwise: `For the daemons of each driver: ${stopMonolithic}. Leave virtlogd and virtlockd as they are.`,
            }),
      });
    }
    if (!daemons.some(isOn)) {
      if (daemons.some(({ isEnabled }) => isEnabled === undefined))
        return undecided(
          'which libvirt daemon starts at boot was not to be told',
          'systemctl is-enabled virtqemud.socket libvirtd.socket',
        );
      return bad(`none of the ${daemons.length} installed units of libvirt’s daemons is on`, {
        wants: each.length > 0 ? 'virtqemud.socket and its sisters' : 'libvirtd.service',
        so: 'no guest is started at boot, and none can be managed',
        evidence: daemons.slice(0, 3).flatMap(service => service.evidence.slice(0, 1)),
        fix: switchOn(each.length > 0 ? driverUnits(services) : oneForAllUnits(services)),
      });
    }
    const name = each.some(isOn) ? (names(each).includes('virtxend') ? 'virtxend' : 'virtqemud') : 'libvirtd';
    const service = daemons.find(unit => unit.name === `${name}.service`);
    if (autostarted.length > 0 && service?.isEnabled === false) {
      return bad(
        `${listWith(autostarted, 'starts', 'start')} with the host, and of ${service.name} only the socket is on`,
        {
          severity: 'warning',
          wants: `${service.name} on at boot`,
          so: 'the guests start only when somebody first talks to libvirt',
          evidence: service.evidence,
          // its socket starts it, and it ends by itself when nobody asks
          fix: [setService(service.name, { isEnabled: false }, { isEnabled: true })],
        },
      );
    }
    const { id, version } = distribution ?? {};
    const isModularHome =
      (id === 'sles' || id === 'opensuse-leap') && version !== undefined && isInRange(version, '>=15.6');
    if (one.some(isOn) && isModularHome && each.length > 0 && policy === 'current') {
      return bad(`${names(one)} is on: the one daemon for all, where ${distribution?.name} has one for each driver`, {
        severity: 'info',
        wants: 'virtqemud and its sisters',
        so: 'it is the way that is tested less and less',
        evidence,
        otherwise: `${stopMonolithic}; then ${startModular}; check with virsh version. Leave virtlogd and virtlockd as they are.`,
      });
    }
    return good;
  },
  examples: [
    {
      name: 'both',
      files: { ...wanted('libvirtd.socket'), ...wanted('virtqemud.socket') },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'both, and those of each driver run',
      files: {
        ...wanted('libvirtd.service'),
        ...wanted('libvirtd.socket'),
        ...wanted('virtqemud.service'),
        '/run/systemd/units/invocation:virtqemud.service': '-> 0',
      },
      expect: 'bad',
      severity: 'error',
      fixes: ['service', 'service'],
    },
    { name: 'one for each driver', files: eachDriver, expect: 'good' },
    {
      name: 'neither is on',
      files: { ...file('virtqemud.service'), ...file('virtqemud.socket') },
      expect: 'bad',
      severity: 'error',
      fixes: ['service', 'service'],
    },
    { name: 'one for all on Debian 12', files: { ...oneForAll, ...debian }, expect: 'good' },
    {
      name: 'one for all on SLES 15 SP6',
      files: { ...oneForAll, ...file('virtqemud.service') },
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'one for all on SLES 15 SP6, by the letter of the guide',
      policy: 'guide',
      files: { ...oneForAll, ...file('virtqemud.service') },
      expect: 'good',
    },
    {
      name: 'a guest starts with the host, and only the socket is on',
      files: { ...file('virtqemud.service'), ...wanted('virtqemud.socket') },
      guest: { xml: '', autostart: true },
      expect: 'bad',
      severity: 'warning',
      fixes: ['service'],
    },
    { name: 'no unit of libvirt', expect: 'not-applicable' },
    {
      name: 'units not readable',
      files: { '/etc/systemd/system': 'denied', '/etc/systemd/system/': null },
      expect: 'unknown',
    },
  ],
});
