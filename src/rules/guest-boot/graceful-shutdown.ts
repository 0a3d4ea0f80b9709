import { setConfigKey } from '#change/kinds/config-key';
import { setService } from '#change/kinds/service';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { committedGuests } from '#model/derived/committed-guests';
import type { Guest } from '#model/guest';
import { chainKnown, ifKnown, valueIfKnown } from '#model/known';

const unit = 'libvirt-guests.service';
const installed = {
  [`/etc/systemd/system/multi-user.target.wants/${unit}`]: null,
  '/run/systemd/units/invocation:sshd.service': '-> 0',
};
const enabled = {
  '/run/systemd/units/invocation:sshd.service': '-> 0',
  [`/run/systemd/units/invocation:${unit}`]: '-> 0',
};
const set = (...lines: readonly string[]) => ({ '/etc/sysconfig/libvirt-guests': lines.join('\n') });
const passthrough =
  "<devices><hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='1' slot='0' function='0'/></source></hostdev></devices>";

/** Whether a guest says that it ignores its power button, and no agent in it answers, by which libvirt shuts down first. */
const isDeaf = ({ inside, live }: Guest): boolean => {
  const channels = valueIfKnown(chainKnown(live, config => config.channels)) ?? [];
  return valueIfKnown(inside.powerKey) === 'ignore' && !channels.some(({ state }) => state === 'connected');
};

export default defineRule({
  id: 'guest-boot/graceful-shutdown',
  subject: 'host',
  guide: ['7.1'],
  severity: 'warning',
  says: 'Guests are shut down or saved when the host goes down.',
  because:
    'Without libvirt-guests or libvirt’s own shutdown a reboot of the host is, for each guest, a plug that is pulled.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.1: test graceful shutdown before production' },
    { grade: 'documented', at: 'libvirt: libvirt-guests(8), ON_SHUTDOWN, SHUTDOWN_TIMEOUT' },
    { grade: 'documented', at: 'libvirt: NEWS 11.2.0, qemu.conf auto_shutdown_try_save, auto_shutdown_try_shutdown' },
  ],
  when: { instance: 'system' },
  intents: {},
  params: {},
  costs: ['The host goes down later: it waits for its guests.'],
  departs: [
    {
      guideSays: 'Many Linux guests turn ACPI events off (Polkit).',
      truth:
        'Most take the power button today; where logind is told HandlePowerKey=ignore, virsh shutdown --mode agent goes through the guest agent.',
      source: 'systemd: logind.conf(5), HandlePowerKey; libvirt: virsh(1), shutdown --mode',
      errata: ['X73'],
      guideSame: 'that a shutdown has to be tried before production stands in both',
    },
  ],
  needs: {
    guests: ({ guests }) => committedGuests(guests),
    services: ({ host }) => host.services,
    settings: ({ host }) => ifKnown(host.libvirtGuests),
    conf: ({ host }) => ifKnown(host.libvirt.qemuConf),
    distribution: ({ host }) => ifKnown(host.distribution),
  },
  check({ guests, services, settings, conf, distribution }) {
    if (guests.length === 0) return notApplicable('no guest runs or starts with the host');
    const own = ['auto_shutdown_try_save', 'auto_shutdown_try_shutdown'].map(key => conf?.get(key)?.values[0]);
    if (own.some(value => value === 'all' || value === 'persistent')) return good;
    const service = services.find(({ name }) => name === unit);
    if (service === undefined) return undecided(`the state of ${unit} was not read`, `systemctl status ${unit}`);
    if (service.isInstalled && service.isEnabled === undefined)
      return undecided(`whether ${unit} starts at boot was not told`, `systemctl is-enabled ${unit}`);
    const test = `Then try it: virsh shutdown NAME --mode acpi (or agent) on ${listNames(guests.map(({ name }) => name))}.`;
    // it does nothing but at shutdown, so whether it is active cannot be seen in any process
    if (service.isEnabled !== true) {
      return bad(
        `nothing shuts ${guests.length} ${guests.length === 1 ? 'guest' : 'guests'} down with the host (${unit} ${service.isInstalled ? 'is off' : 'is not installed'})`,
        {
          wants: `${unit} enabled and started`,
          so: 'a reboot of the host cuts them off',
          evidence: service.evidence,
          ...(service.isInstalled && !service.isMasked
            ? {
                fix: [
                  setService(
                    unit,
                    { isEnabled: service.isEnabled ?? false, isActive: service.isActive ?? false },
                    { isEnabled: true, isActive: true },
                  ),
                ],
              }
            : {}),
          otherwise: service.isInstalled
            ? test
            : `Install libvirt-client (or libvirt-daemon-system), systemctl enable --now ${unit}. ${test}`,
        },
      );
    }
    const action = settings?.get('ON_SHUTDOWN');
    const timeout = settings?.get('SHUTDOWN_TIMEOUT');
    const file = `/etc/${distribution?.family.includes('debian') === true ? 'default' : 'sysconfig'}/libvirt-guests`;
    const stuck = guests.filter(
      ({ config }) =>
        config.hostDevices.state === 'known' && config.hostDevices.value.some(({ type }) => type === 'pci'),
    );
    if (action === 'suspend' && stuck.length > 0) {
      return bad(
        `guests are to be saved with the host, and ${listNames(stuck.map(({ name }) => name))} cannot be: a PCI device is passed through`,
        {
          wants: 'ON_SHUTDOWN=shutdown',
          so: 'it is cut off',
          fix: [
            setConfigKey(file, 'ON_SHUTDOWN', action, 'shutdown'),
            ...(timeout === '300' ? [] : [setConfigKey(file, 'SHUTDOWN_TIMEOUT', timeout, '300')]),
          ],
          otherwise: test,
        },
      );
    }
    if (timeout === '0' && action === 'shutdown') {
      return bad('a guest that does not shut down keeps the host from going down (SHUTDOWN_TIMEOUT=0)', {
        severity: 'info',
        wants: 'a limit, such as 300',
        fix: [setConfigKey(file, 'SHUTDOWN_TIMEOUT', '0', '300')],
        otherwise: test,
      });
    }
    const deaf = guests.filter(guest => action !== 'suspend' && isDeaf(guest));
    if (deaf.length > 0) {
      return bad(`${listNames(deaf.map(({ name }) => name))} will not hear the power button (HandlePowerKey=ignore)`, {
        wants: 'HandlePowerKey=poweroff in the guest, or a guest agent that answers',
        so: 'it is cut off when the time for its shutdown is over',
        otherwise: `In the guest: HandlePowerKey=poweroff in /etc/systemd/logind.conf, systemctl kill -s HUP systemd-logind; or install and start qemu-guest-agent. ${test}`,
      });
    }
    return good;
  },
  examples: [
    { name: 'off', files: installed, expect: 'bad', severity: 'warning', fixes: ['service'] },
    {
      name: 'not installed',
      files: {
        [`/run/systemd/units/invocation:sshd.service`]: '-> 0',
        [`/usr/lib/systemd/system/${unit}`]: null,
        [`/etc/systemd/system/multi-user.target.wants/${unit}`]: null,
      },
      expect: 'bad',
      fixes: [],
    },
    { name: 'on', files: enabled, expect: 'good' },
    {
      name: 'libvirt does it itself',
      files: { ...installed, '/etc/libvirt/qemu.conf': 'auto_shutdown_try_shutdown = "all"' },
      expect: 'good',
    },
    {
      name: 'saved, with a device of the host',
      guest: passthrough,
      files: { ...enabled, ...set('ON_SHUTDOWN=suspend') },
      expect: 'bad',
      fixes: ['config-key', 'config-key'],
    },
    {
      name: 'no limit',
      files: { ...enabled, ...set('ON_SHUTDOWN=shutdown', 'SHUTDOWN_TIMEOUT=0') },
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'a guest that ignores its power button, and has no agent',
      guest: { xml: '', inside: { '/etc/systemd/logind.conf': '[Login]\nHandlePowerKey=ignore' } },
      files: enabled,
      expect: 'bad',
      severity: 'warning',
      fixes: [],
    },
    {
      name: 'a guest that takes it',
      guest: { xml: '', inside: {} },
      files: enabled,
      expect: 'good',
    },
    { name: 'no guest', guest: null, expect: 'not-applicable' },
    { name: 'units not readable', files: { '/etc/systemd/system': 'denied' }, expect: 'unknown' },
  ],
});
