import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { interfacePath } from '#model/derived/interface-path';
import { ifKnown, known, orAbsent } from '#model/known';

const nic = (type: string, driver: string): string =>
  `<devices><interface type='${type}'><mac address='52:54:00:00:00:01'/>${type === 'user' ? '' : `<source ${type}='${type === 'network' ? 'default' : 'br0'}'/>`}<model type='virtio'/>${driver}</interface></devices>`;

export default defineRule({
  id: 'guest-net/vhost',
  subject: 'nic',
  guide: [],
  beyond: 'who measures virtio-net finds out first whether the kernel or QEMU moves the packets',
  severity: 'warning',
  says: 'Packets are moved by the kernel (vhost), not by QEMU.',
  because: 'Without vhost every packet wakes a QEMU thread, and is copied through user space.',
  sources: [
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, interface/driver name: vhost is the default where the kernel has it',
    },
    { grade: 'documented', at: 'QEMU: net/tap.c, vhost=on' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [],
  needs: {
    nic: ({ nic: one }) => known(one, one.at),
    element: ({ nic: own, guest }) => known(interfacePath(own, guest.config)),
    guest: ({ guest }) => known(guest.name),
    vhostNet: ({ host }) => orAbsent(host.vhostNet),
    instance: ({ host }) => ifKnown(host.libvirt.instance),
  },
  check({ nic: one, element, guest, vhostNet, instance }) {
    if (one.model !== undefined && !one.model.startsWith('virtio'))
      return notApplicable(`model ${one.model} has no vhost`);
    if (one.type === 'user') {
      if (instance === 'session') return notApplicable('an unprivileged libvirt has only user networking');
      return bad(
        `user networking${one.backend === undefined ? '' : ` (${one.backend})`} passes every packet through a process`,
        {
          wants: 'a network, a bridge or macvtap',
          otherwise: 'Attach the interface to a libvirt network or a bridge.',
        },
      );
    }
    if (!['network', 'bridge', 'direct', 'ethernet'].includes(one.type))
      return notApplicable(`interface type ${one.type}`);
    if (one.driver === 'qemu') {
      const path = `${element}/driver/@name`;
      return bad('QEMU itself moves its packets', {
        wants: 'driver vhost',
        fix: [editDomain(guest, [{ path, content: 'qemu' }], [{ path, content: 'vhost' }])],
      });
    }
    if (vhostNet !== true)
      return bad('/dev/vhost-net is not there, so QEMU moves its packets', {
        wants: 'the vhost_net module',
        otherwise: 'modprobe vhost_net, and name it in /etc/modules-load.d/vhost.conf; then power-cycle the guest.',
      });
    return good;
  },
  examples: [
    { name: 'driver qemu', guest: nic('network', "<driver name='qemu'/>"), expect: 'bad', fixes: ['domain-xml'] },
    { name: 'driver vhost', guest: nic('network', "<driver name='vhost'/>"), expect: 'good' },
    { name: 'nothing said, and the host has vhost', guest: nic('bridge', ''), expect: 'good' },
    {
      name: 'no /dev/vhost-net',
      guest: nic('bridge', ''),
      files: { '/dev/vhost-net': null },
      expect: 'bad',
    },
    { name: 'user networking', guest: nic('user', ''), expect: 'bad' },
    {
      name: 'user networking of an unprivileged libvirt',
      guest: nic('user', ''),
      libvirt: { uri: 'qemu:///session' },
      expect: 'not-applicable',
    },
    {
      name: 'an emulated card',
      guest:
        "<devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>",
      expect: 'not-applicable',
    },
    {
      name: 'no right to look',
      guest: nic('bridge', ''),
      files: { '/dev/': null, '/dev': 'denied' },
      expect: 'unknown',
    },
  ],
});
