import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good } from '#check/verdict';
import { macConflicts } from '#model/derived/mac-conflicts';

const card = (mac: string, network = 'default'): string =>
  `<devices><interface type='network'><mac address='${mac}'/><source network='${network}'/><model type='virtio'/></interface></devices>`;

export default defineRule({
  id: 'guest-net/mac-unique',
  subject: 'guest',
  guide: [],
  beyond: 'a guest copied with its XML keeps its MAC address, and both lose packets from then on',
  severity: 'error',
  says: 'No other guest on its networks has its MAC address.',
  because:
    'Two guests with one address on one network take packets from each other: connections stall and break at random.',
  sources: [
    { grade: 'specified', at: 'IEEE 802: an address is unique in its network' },
    { grade: 'documented', at: 'libvirt: virt-clone(1) gives a copy new addresses' },
  ],
  intents: {},
  params: {},
  costs: ['The interface may get another name and another address by DHCP in the guest.'],
  needs: { conflicts: ({ guest, guests }) => macConflicts(guest, guests) },
  check({ conflicts }) {
    const [first] = conflicts;
    if (first === undefined) return good;
    return bad(`its address ${first.mac} is also that of ${listNames(first.others, 5)} on ${first.network}`, {
      severity: conflicts.some(conflict => conflict.isLive) ? 'error' : 'warning',
      wants: 'an address of its own',
      parts: conflicts.map(({ mac, others, network }) => ({
        key: mac,
        saw: `also of ${listNames(others, 5)} on ${network}`,
      })),
      otherwise: 'Take the mac element out of the copy: libvirt gives it a new address; or clone with virt-clone.',
    });
  },
  examples: [
    {
      name: 'a copy that runs beside its original',
      guest: card('52:54:00:aa:bb:cc'),
      others: [card('52:54:00:AA:BB:CC')],
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'the copy is off and stays off',
      guest: card('52:54:00:aa:bb:cc'),
      others: [{ xml: card('52:54:00:aa:bb:cc'), isRunning: false }],
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'another network',
      guest: card('52:54:00:aa:bb:cc'),
      others: [card('52:54:00:aa:bb:cc', 'isolated')],
      expect: 'good',
    },
    {
      name: 'each in a network of its own, in user mode',
      guest: "<devices><interface type='user'><mac address='52:54:00:aa:bb:cc'/></interface></devices>",
      others: ["<devices><interface type='user'><mac address='52:54:00:aa:bb:cc'/></interface></devices>"],
      expect: 'good',
    },
    {
      name: 'addresses of their own',
      guest: card('52:54:00:aa:bb:cc'),
      others: [card('52:54:00:aa:bb:cd')],
      expect: 'good',
    },
    {
      name: 'another guest cannot be read',
      guest: card('52:54:00:aa:bb:cc'),
      others: ["<devices><interface type='network'><driver queues='many'/></interface></devices>"],
      expect: 'unknown',
    },
  ],
});
