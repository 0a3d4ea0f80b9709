import type { GuestCapability, MachineCapability } from '#formats/capabilities/capabilities';
import {
  count,
  countIn,
  requiredWord,
  requiredWordIn,
  word,
  wordIn,
  XmlValueError,
  yesNo,
} from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, children, text } from '#formats/xml/xml-tree';

/** One `<guest>` of the capabilities: what can run for an operating-system type and architecture. @throws XmlValueError */
export function parseGuestCapability(guest: XmlElement): GuestCapability {
  const arch = child(guest, 'arch');
  if (!arch) throw new XmlValueError(guest, '<arch>', '', 'there');
  const domains = children(arch, 'domain');
  return {
    osType: requiredWordIn(guest, 'os_type'),
    architecture: requiredWord(arch, 'name'),
    wordSize: countIn(arch, 'wordsize'),
    emulator: wordIn(arch, 'emulator'),
    machines: machinesOf(arch),
    domainTypes: domains.map(domain => requiredWord(domain, 'type')),
    domains: domains.map(domain => ({
      type: requiredWord(domain, 'type'),
      emulator: wordIn(domain, 'emulator'),
      machines: machinesOf(domain),
    })),
    features: child(guest, 'features')?.children.map(({ name }) => name) ?? [],
  };
}

function machinesOf(element: XmlElement): readonly MachineCapability[] {
  return children(element, 'machine').map(machine => ({
    name: text(machine),
    canonical: word(machine, 'canonical'),
    maxCpus: count(machine, 'maxCpus'),
    isDeprecated: yesNo(machine, 'deprecated') ?? false,
  }));
}
