import { commandBreaks } from '#compat/command-breaks';
import type { Break, Offer } from '#compat/offer';
import { offeredElements, offeredValues } from '#compat/offered-values';
import type { Capabilities, GuestCapability } from '#formats/capabilities/capabilities';
import type { DomainCapabilities } from '#formats/capabilities/parse-domain-capabilities';
import type { QemuCommand } from '#formats/qemu-argv/parse-argv';
import type { XmlElement } from '#formats/xml/xml-document';
import { select, selectFirst } from '#formats/xml/xml-path';
import { attribute, childText, text } from '#formats/xml/xml-tree';
import { newestOf, readMachineType } from '#model/derived/machine-type';

/**
 * Gives what of a domain XML the host's QEMU cannot do: machine type, virtualization type, CPU model and features, devices and their
 * models, and arguments that the XML hands to QEMU unseen. What the host does not tell is passed over.
 */
export function findBreaks(domain: XmlElement, command: QemuCommand | undefined, offer: Offer): readonly Break[] {
  return [
    ...emulatorBreaks(domain, offer),
    ...machineBreaks(domain, offer.capabilities),
    ...(offer.domain === undefined ? [] : [...cpuBreaks(domain, offer.domain), ...deviceBreaks(domain, offer.domain)]),
    ...commandBreaks(domain, command, offer),
  ];
}

function emulatorBreaks(domain: XmlElement, { emulatorProblem, domain: offered }: Offer): readonly Break[] {
  const element = selectFirst(domain, 'devices/emulator');
  if (element === undefined || emulatorProblem === undefined) return [];
  const wants = offered?.emulator === undefined ? undefined : `${offered.emulator}, or no emulator element`;
  return [{ severity: 'error', says: emulatorProblem, wants, element, source: 'virsh domcapabilities' }];
}

function machineBreaks(domain: XmlElement, capabilities: Capabilities | undefined): readonly Break[] {
  if (capabilities === undefined) return [];
  const type = selectFirst(domain, 'os/type');
  if (type === undefined) return [];
  const architecture = attribute(type, 'arch') ?? capabilities.architecture ?? '';
  const source = 'virsh capabilities';
  const kinds = capabilities.guests.filter(one => one.architecture === architecture && one.osType === text(type));
  const [kind] = kinds;
  if (kind === undefined) {
    const others = [...new Set(capabilities.guests.map(one => one.architecture))].sort().join(', ');
    return [
      {
        severity: 'error',
        says: `there is no QEMU for ${text(type)} guests of architecture ${architecture}`,
        wants: others === '' ? undefined : `one of ${others}, or its QEMU installed`,
        element: type,
        attribute: 'arch',
        source,
      },
    ];
  }
  return [...typeBreaks(domain, kind, source), ...machineTypeBreaks(domain, type, kinds, source)];
}

function typeBreaks(domain: XmlElement, kind: GuestCapability, source: string): readonly Break[] {
  const wanted = attribute(domain, 'type');
  if (wanted === undefined || kind.domainTypes.includes(wanted)) return [];
  return [
    {
      severity: 'error',
      says: `${kind.architecture} guests of type ${wanted} cannot run here`,
      wants: `one of ${kind.domainTypes.join(', ')}${wanted === 'kvm' ? ': /dev/kvm is missing or not usable' : ''}`,
      element: domain,
      attribute: 'type',
      source,
    },
  ];
}

function machineTypeBreaks(
  domain: XmlElement,
  type: XmlElement,
  kinds: readonly GuestCapability[],
  source: string,
): readonly Break[] {
  const wanted = attribute(type, 'machine');
  const virtual = attribute(domain, 'type');
  const machines = kinds.flatMap(one => [
    ...one.machines,
    ...one.domains.filter(({ type: name }) => name === virtual).flatMap(({ machines: own }) => own),
  ]);
  if (wanted === undefined || machines.length === 0) return [];
  const there = machines.find(({ name, canonical }) => name === wanted || canonical === wanted);
  const at = { element: type, attribute: 'machine', source };
  if (there === undefined) {
    const offered = machines.map(({ name, canonical, isDeprecated }) => ({
      ...readMachineType(name, canonical),
      isDeprecated,
    }));
    const newest = newestOf(wanted, offered)?.canonical;
    return [
      {
        severity: 'error',
        says: `machine type ${wanted} is not offered here`,
        wants: newest === undefined ? 'a machine type that virsh capabilities lists' : `at most ${newest}`,
        ...at,
      },
    ];
  }
  return there.isDeprecated
    ? [
        {
          severity: 'warning',
          says: `machine type ${wanted} is deprecated: a later QEMU drops it`,
          wants: undefined,
          ...at,
        },
      ]
    : [];
}

function cpuBreaks(domain: XmlElement, offered: DomainCapabilities): readonly Break[] {
  const cpu = selectFirst(domain, 'cpu');
  if (cpu === undefined) return [];
  const source = 'virsh domcapabilities';
  const mode = attribute(cpu, 'mode') ?? (selectFirst(cpu, 'model') === undefined ? undefined : 'custom');
  if (mode !== undefined && offered.supported.get(`cpu.${mode}`) === false)
    return [
      {
        severity: 'error',
        says: `CPU mode ${mode} is not offered here`,
        wants: undefined,
        element: cpu,
        attribute: 'mode',
        source,
      },
    ];
  const element = selectFirst(cpu, 'model');
  const name = childText(cpu, 'model');
  if (mode !== 'custom' || element === undefined || name === undefined || offered.cpuModels.length === 0) return [];
  const model = offered.cpuModels.find(one => one.name === name);
  if (model === undefined)
    return [
      {
        severity: 'error',
        says: `CPU model ${name} is not known here`,
        wants: nearModels(name, offered),
        element,
        source,
      },
    ];
  if (model.usable !== 'no') return [];
  const disabled = new Set(
    select(cpu, 'feature').flatMap(one =>
      ['disable', 'forbid'].includes(attribute(one, 'policy') ?? '') ? [attribute(one, 'name')] : [],
    ),
  );
  const lacking = model.blockers.filter(blocker => !disabled.has(blocker));
  if (model.blockers.length > 0 && lacking.length === 0) return [];
  // libvirt does not look before the start where check is none; QEMU then leaves features out
  const isChecked = attribute(cpu, 'check') !== 'none';
  const isCertain = model.blockers.length > 0 || disabled.size === 0;
  return [
    {
      severity: isChecked && isCertain ? 'error' : 'warning',
      says: `CPU model ${name} is not usable here${lacking.length > 0 ? `: the host has no ${lacking.join(', ')}` : ''}`,
      wants:
        lacking.length > 0
          ? `${lacking.map(feature => `<feature policy='disable' name='${feature}'/>`).join('')}, or another model`
          : `virsh hypervisor-cpu-baseline --model ${name} tells what to leave out`,
      element,
      source,
    },
  ];
}

/** Usable models of the same family. */
function nearModels(name: string, offered: DomainCapabilities): string {
  const family = name.replace(/[-_].*$/, '');
  const usable = offered.cpuModels.filter(one => one.usable === 'yes').map(one => one.name);
  const near = usable.filter(one => one.startsWith(family));
  return (near.length > 0 ? near : ['host-model', ...usable.slice(-3)]).slice(0, 4).join(', ');
}

function deviceBreaks(domain: XmlElement, offered: DomainCapabilities): readonly Break[] {
  const source = 'virsh domcapabilities';
  const unsupported = offeredElements.flatMap(([path, name, words]) =>
    offered.supported.get(name) === false
      ? select(domain, path).map(
          (element): Break => ({
            severity: 'error',
            says: `${words} cannot be had here`,
            wants: undefined,
            element,
            source,
          }),
        )
      : [],
  );
  const values = offeredValues.flatMap(([path, name, list, words]) => {
    const there = offered.enums.get(list);
    if (there === undefined || there.length === 0) return [];
    return select(domain, path).flatMap((element): readonly Break[] => {
      const value = attribute(element, name);
      if (value === undefined || there.includes(value) || alwaysThere.has(value)) return [];
      return [
        {
          severity: 'error',
          says: `${words} ${value} is not offered here`,
          wants: `one of ${there.join(', ')}`,
          element,
          attribute: name,
          source,
        },
      ];
    });
  });
  const enlightenments = offered.enums.get('hyperv.features') ?? [];
  const hyperv = select(domain, 'features/hyperv').flatMap(list => list.children);
  const unknown =
    enlightenments.length === 0
      ? []
      : hyperv.filter(one => attribute(one, 'state') === 'on' && !enlightenments.includes(one.name));
  return [
    ...unsupported,
    ...values,
    ...unknown.map(
      (element): Break => ({
        severity: 'error',
        says: `Hyper-V enlightenment ${element.name} is not offered here`,
        wants: `of ${enlightenments.join(', ')}`,
        element,
        source,
      }),
    ),
  ];
}

/** Values that the lists leave out because every host has them, or because they mean nothing. */
const alwaysThere: ReadonlySet<string> = new Set(['none', 'default', 'no', 'auto']);
