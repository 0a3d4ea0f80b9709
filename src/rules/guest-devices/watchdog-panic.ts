import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { ifKnown, known, orAbsent } from '#model/known';

const dog = (action: string): string => `<devices><watchdog model='i6300esb' action='${action}'/></devices>`;

export default defineRule({
  id: 'guest-devices/watchdog-panic',
  subject: 'guest',
  guide: [],
  beyond: 'a guest that nobody watches hangs until somebody complains, unless a device notices',
  severity: 'hint',
  says: 'A guest that nobody watches has a watchdog or a panic device, and the watchdog resets it.',
  because:
    'A kernel that crashed or hangs looks like a running guest from outside; a watchdog or panic device tells the host.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, watchdog: action shutdown is not recommended; panic' },
    { grade: 'documented', at: 'libvirt: NEWS 9.1.0, watchdog model itco' },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: { desktop: { level: 'neutral' } },
  params: {},
  costs: [
    'A watchdog needs a daemon in the guest that feeds it; on an overloaded host it may reset a guest that only waited.',
  ],
  needs: {
    watchdogs: ({ guest }) => orAbsent(guest.config.watchdogs),
    others: ({ guest }) => orAbsent(guest.config.otherDevices),
    autostart: ({ guest }) => ifKnown(guest.autostart),
    manager: ({ guest }) => ifKnown(guest.managedBy),
    name: ({ guest }) => known(guest.name),
  },
  check({ watchdogs = [], others = [], autostart, manager, name }, { intents }) {
    const wrong = watchdogs.findIndex(({ action }) => action === 'shutdown');
    if (wrong >= 0) {
      const path = `devices/watchdog${watchdogs.length > 1 ? `[${wrong + 1}]` : ''}/@action`;
      return bad('its watchdog shuts it down (action shutdown)', {
        severity: 'warning',
        wants: 'action reset',
        so: 'a guest that hangs does not answer the request to shut down, and stays as it is',
        fix: [editDomain(name, [{ path, content: 'shutdown' }], [{ path, content: 'reset' }])],
      });
    }
    if (watchdogs.length > 0 || others.some(({ element }) => element === 'panic')) return good;
    const isUnwatched = manager === 'Pacemaker' || (autostart === true && !intents.includes('desktop'));
    if (!isUnwatched) return notApplicable('neither starts with the host nor is run by a cluster');
    const path = 'devices/watchdog';
    return bad(
      `it ${manager === 'Pacemaker' ? 'is run by Pacemaker' : 'starts with the host'}, and has neither watchdog nor panic device`,
      {
        wants: 'a watchdog i6300esb with action reset',
        so: 'nobody notices when it hangs',
        fix: [
          editDomain(
            name,
            [{ path, content: undefined }],
            [{ path, content: "<watchdog model='i6300esb' action='reset'/>" }],
          ),
        ],
      },
    );
  },
  examples: [
    {
      name: 'starts with the host, neither',
      guest: { xml: '', autostart: true },
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    { name: 'starts with the host, a watchdog', guest: { xml: dog('reset'), autostart: true }, expect: 'good' },
    {
      name: 'starts with the host, a panic device',
      guest: { xml: "<devices><panic model='isa'/></devices>", autostart: true },
      expect: 'good',
    },
    {
      name: 'a watchdog that shuts down',
      guest: dog('shutdown'),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'started by hand', expect: 'not-applicable' },
    { name: 'a desktop', guest: { xml: '', autostart: true }, intents: ['desktop'], expect: 'not-applicable' },
    { name: 'a watchdog without model', guest: '<devices><watchdog/></devices>', expect: 'unknown' },
  ],
});
