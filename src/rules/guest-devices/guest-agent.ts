import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { chainKnown, ifKnown, known, mapKnown, orAbsent } from '#model/known';

const agent = 'org.qemu.guest_agent.0';
const channel = (state = ''): string =>
  `<channel type='unix'><target type='virtio' name='${agent}'${state === '' ? '' : ` state='${state}'`}/></channel>`;

export default defineRule({
  id: 'guest-devices/guest-agent',
  subject: 'guest',
  guide: [],
  beyond:
    'backups that freeze file systems and clean shutdowns need the agent, and most guests can have it for nothing',
  severity: 'hint',
  says: 'The guest has a channel to the QEMU guest agent, and the agent answers.',
  because:
    'Without the agent a backup of a running guest is like one of a machine whose plug was pulled, and a shutdown is only a wish.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, channel, org.qemu.guest_agent.0' },
    { grade: 'documented', at: 'QEMU: interop/qemu-ga; libvirt: virsh domfsfreeze, shutdown --mode=agent' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests with an operating system of their own (os type hvm)',
    holds: ({ guest }) => mapKnown(guest.config.os, ({ type }) => type === 'hvm'),
  },
  intents: {},
  params: {},
  costs: ['The agent runs with all rights in the guest, and whoever may use the host’s libvirt may use it.'],
  needs: {
    channels: ({ guest }) => orAbsent(guest.config.channels),
    live: ({ guest }) => ifKnown(chainKnown(guest.live, config => config.channels)),
    name: ({ guest }) => known(guest.name),
  },
  check({ channels = [], live = [], name }) {
    if (!channels.some(one => one.name === agent)) {
      const path = `devices/channel[target/@name='${agent}']`;
      return bad('it has no channel to a guest agent', {
        wants: `a channel ${agent}`,
        so: 'nothing freezes its file systems for a backup',
        fix: [editDomain(name, [{ path, content: undefined }], [{ path, content: channel() }])],
      });
    }
    const now = live.find(one => one.name === agent);
    if (now?.state !== 'disconnected') return good;
    return bad('it has the channel, and no agent answers in it (disconnected)', {
      wants: 'connected',
      evidence: [now.at],
      otherwise:
        'In the guest: install qemu-guest-agent (zypper install qemu-guest-agent; apt install qemu-guest-agent; virtio-win on Windows) and start it: systemctl enable --now qemu-guest-agent.',
    });
  },
  examples: [
    { name: 'no channel', guest: { xml: '', without: ['devices/channel'] }, expect: 'bad', fixes: ['domain-xml'] },
    {
      name: 'nobody answers',
      guest: { xml: '', live: `<devices>${channel('disconnected')}</devices>` },
      expect: 'bad',
      fixes: [],
    },
    { name: 'connected', guest: { xml: '', live: `<devices>${channel('connected')}</devices>` }, expect: 'good' },
    { name: 'off, with a channel', guest: { xml: '', isRunning: false }, expect: 'good' },
    { name: 'a kernel without a system', guest: '<os><type>exe</type></os>', expect: 'not-applicable' },
    { name: 'a kind that cannot be told', guest: '<os><type/></os>', expect: 'unknown' },
  ],
});
