import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { interfacePath } from '#model/derived/interface-path';
import { lacksVirtio } from '#model/derived/lacks-virtio';
import { drivesVirtioNetwork } from '#model/derived/virtio-driver';
import { ifKnown, known, orAbsent } from '#model/known';

const system = (id: string): string =>
  `<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='${id}'/></libosinfo:libosinfo></metadata>`;
const linux = system('http://debian.org/debian/12');
const windows = system('http://microsoft.com/win/2k22');
const paravirtual = new Set(['virtio', 'virtio-transitional', 'virtio-non-transitional']);

export default defineRule({
  id: 'guest-net/virtio-model',
  subject: 'nic',
  guide: ['6.1.2', '4.3.3'],
  severity: 'warning',
  says: 'The network interface is paravirtual.',
  because: 'An emulated card traps to QEMU at every register access: more CPU time for less throughput than virtio.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.1.2' },
    { grade: 'measured', at: 'libvirt 9.0: an interface without a model becomes rtl8139, on q35 too' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [
    'The guest needs a virtio driver: Windows has to be given one first.',
    'The interface may get another name in the guest.',
  ],
  needs: {
    nic: ({ nic }) => known(nic, nic.at),
    element: ({ nic: own, guest }) => known(interfacePath(own, guest.config)),
    guest: ({ guest }) => known(guest.name),
    osId: ({ guest }) => ifKnown(guest.osId),
    architecture: ({ guest }) => orAbsent(guest.config.os),
    isDriven: ({ guest }) => known(drivesVirtioNetwork(guest)),
  },
  check({ nic, element, guest, osId, architecture, isDriven }) {
    if (nic.type === 'hostdev' || nic.type === 'vdpa' || nic.type === 'vhostuser')
      return notApplicable(`interface type ${nic.type}`);
    const machine = architecture?.architecture ?? 'x86_64';
    if (nic.model !== undefined && paravirtual.has(nic.model)) return good;
    if (nic.model === undefined && machine !== 'x86_64' && machine !== 'i686')
      return notApplicable(`the default model on ${machine} is not an emulated one`);
    if (osId !== undefined && lacksVirtio(osId)) return notApplicable('its system has no drivers for virtio');
    const isWindows = osId?.includes('microsoft.com') ?? false;
    const saw =
      nic.model === undefined
        ? 'its network interface names no model and becomes an emulated rtl8139'
        : `its network interface is an emulated ${nic.model}`;
    if (isWindows && !isDriven) {
      return bad(saw, {
        wants: 'model virtio',
        severity: 'hint',
        otherwise: 'Install the virtio-win network driver in the guest first, then set the model to virtio.',
      });
    }
    const path = `${element}/model/@type`;
    return bad(saw, {
      wants: 'model virtio',
      fix: [editDomain(guest, [{ path, content: nic.model }], [{ path, content: 'virtio' }])],
      ...(isDriven
        ? {}
        : {
            onlyAsked: `Whether the system in ${guest} has a driver for virtio is not known, and without one it is off the network: look (any Linux since 2.6.25 has it), or let the guest tell (--guest-agent, --guest-facts ${guest}=FILE).`,
          }),
    });
  },
  examples: [
    {
      name: 'e1000',
      guest:
        "<devices><interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/><model type='e1000'/></interface></devices>",
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'e1000 in a Linux',
      guest: `${linux}<devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>`,
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'e1000 in a Windows that drives a virtio interface beside it',
      guest: {
        xml: `${windows}<devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>`,
        inside: {
          '/proc/version': null,
          'guest-get-osinfo': '{"id":"mswindows"}',
          'guest-get-devices': JSON.stringify([
            { 'driver-name': 'NetKVM', id: { type: 'pci', 'vendor-id': 0x1af4, 'device-id': 0x1041 } },
          ]),
        },
      },
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'e1000 in Windows',
      guest: `${windows}<devices><interface type='network'><source network='default'/><model type='e1000'/></interface></devices>`,
      expect: 'bad',
      severity: 'hint',
      fixes: [],
    },
    {
      name: 'virtio',
      guest:
        "<devices><interface type='network'><source network='default'/><model type='virtio'/></interface></devices>",
      expect: 'good',
    },
    {
      name: 'a system without a driver',
      guest: `${system('http://openbsd.org/openbsd/4.9')}<devices><interface type='network'><source network='default'/><model type='pcnet'/></interface></devices>`,
      expect: 'not-applicable',
    },
    {
      name: 'a Xen guest',
      guest:
        "<domain type='xen'><name>g</name><memory>1</memory><os><type>linux</type></os><devices><interface type='bridge'/></devices></domain>",
      expect: 'not-applicable',
    },
    {
      name: 'an architecture that cannot be told',
      guest: "<os><type/></os><devices><interface type='network'><source network='default'/></interface></devices>",
      expect: 'unknown',
    },
  ],
});
