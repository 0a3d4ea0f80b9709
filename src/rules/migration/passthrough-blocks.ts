import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const devices = (...elements: readonly string[]): string => `<devices>${elements.join('')}</devices>`;
const hostdev = (type: string, source: string, more = ''): string =>
  `<hostdev mode='subsystem' type='${type}' managed='yes'><source>${source}</source>${more}</hostdev>`;
const pci = "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>";

export default defineRule({
  id: 'migration/passthrough-blocks',
  subject: 'guest',
  guide: ['4.3.3'],
  severity: 'warning',
  says: 'A guest that is to migrate has no device of this host that holds it here.',
  because: 'A device of one host does not move to another: libvirt refuses to migrate the guest while it has one.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.3.3: live migration with device assignment' },
    {
      grade: 'documented',
      at: 'libvirt: src/qemu/qemu_migration.c, qemuMigrationSrcIsAllowedHostdev, qemuMigrationSrcIsSafe',
    },
    { grade: 'documented', at: 'libvirt: formatdomain, interface/teaming (libvirt 6.1, QEMU 4.2)' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests that are to migrate (intent migratable)',
    holds: (_, { intents }) => known(intents.includes('migratable')),
  },
  intents: { migratable: { level: 'must' } },
  params: {},
  costs: ['virtio costs more CPU than a passed-through card; a failover pair needs both cards on each host.'],
  needs: {
    devices: ({ guest }) => orAbsent(guest.config.hostDevices),
    nics: ({ guest }) => orAbsent(guest.config.nics),
    disks: ({ guest }) => orAbsent(guest.config.disks),
    name: ({ guest }) => known(guest.name),
  },
  check({ devices: given = [], nics = [], disks = [], name }) {
    // a USB device is opened anew on the target: libvirt lets it pass
    const held = [
      ...given.flatMap(({ mode, type, address, teaming, at }) =>
        mode === 'capabilities' || (['pci', 'mdev', 'scsi', 'scsi_host'].includes(type) && teaming !== 'transient')
          ? [{ key: `${type} ${address ?? ''}`.trim(), saw: `${type} device ${address ?? ''}`.trim(), at }]
          : [],
      ),
      ...nics.flatMap(({ type, teaming, name: card, at }) =>
        type === 'hostdev' && teaming !== 'transient' ? [{ key: card, saw: `interface ${card} of the host`, at }] : [],
      ),
      ...disks.flatMap(({ type, target, at }) =>
        type === 'nvme' ? [{ key: target, saw: `NVMe drive ${target} of the host`, at }] : [],
      ),
    ];
    const [first] = held;
    if (first === undefined) return good;
    return bad(
      held.length === 1
        ? `its ${first.saw} holds it on this host`
        : `${held.length} devices of this host hold it here: ${held.map(({ saw }) => saw).join(', ')}`,
      {
        wants: 'virtio devices, or a failover pair',
        so: 'migration is refused',
        parts: held.map(({ key, saw, at }) => ({ key, saw, evidence: [at] })),
        otherwise: `virsh edit ${name}: a virtio interface with <teaming type='persistent'/> beside the passed-through one with <teaming type='transient' persistent='…'/>; for other devices virtio or none. Some devices migrate by themselves with VFIO (mlx5: Linux 5.18, QEMU 8.1): ask their vendor.`,
      },
    );
  },
  examples: [
    {
      name: 'a PCI device',
      guest: devices(hostdev('pci', pci)),
      intents: ['migratable'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'virtio only', intents: ['migratable'], expect: 'good' },
    {
      name: 'half of a failover pair',
      guest: devices(hostdev('pci', pci, "<teaming type='transient' persistent='ua-backup0'/>")),
      intents: ['migratable'],
      expect: 'good',
    },
    {
      name: 'a SCSI unit of the host',
      guest: devices(hostdev('scsi', "<adapter name='scsi_host0'/><address bus='0' target='1' unit='2'/>")),
      intents: ['migratable'],
      expect: 'bad',
    },
    {
      name: 'an NVMe drive of the host',
      guest: devices(
        "<disk type='nvme' device='disk'><source type='pci' managed='yes' namespace='1'><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source><target dev='vda' bus='virtio'/></disk>",
      ),
      intents: ['migratable'],
      expect: 'bad',
    },
    {
      name: 'a USB stick',
      guest: devices(hostdev('usb', "<vendor id='0x46d'/><product id='0xa38'/>")),
      intents: ['migratable'],
      expect: 'good',
    },
    { name: 'a guest that stays', guest: devices(hostdev('pci', pci)), expect: 'not-applicable' },
    {
      name: 'an address that is none',
      guest: devices(hostdev('pci', "<address slot='0x99'/>")),
      intents: ['migratable'],
      expect: 'unknown',
    },
  ],
});
