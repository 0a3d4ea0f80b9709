import {
  count,
  countIn,
  expectName,
  requiredWord,
  requiredWordIn,
  word,
  wordIn,
  yesNo,
} from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { select, selectFirst } from '#formats/xml/xml-path';
import { attribute, child, children, text } from '#formats/xml/xml-tree';

/** What `virsh domcapabilities` says of one emulator, machine and virtualization type; https://libvirt.org/formatdomaincaps.html. */
export interface DomainCapabilities {
  /** path: the emulator; none for Xen's PV guests. */
  readonly emulator: string | undefined;
  /** domain: kvm, qemu, xen. */
  readonly domainType: string;
  /** machine: canonical name; libvirt omits it where there are no machine types. */
  readonly machine: string | undefined;
  /** arch. */
  readonly architecture: string;
  /** vcpu/@max. */
  readonly maxVcpus: number | undefined;
  /** os/loader/value: firmware images that libvirt knows. */
  readonly loaders: readonly string[];
  /**
   * What is supported at all, by name: `iothreads`, `os`, `loader`, `memoryBacking`, each device (`disk`, `rng` …), each
   * feature (`sev`, `hyperv` …) and each CPU mode (`cpu.host-model`). A name that is missing was not asked by that libvirt.
   */
  readonly supported: ReadonlyMap<string, boolean>;
  /** The values of each enumeration, by element and name: `disk.bus`, `os.firmware`, `loader.secure`, `memoryBacking.sourceType`, `hyperv.features`, `cpu.host-passthrough.hostPassthroughMigratable`. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** cpu/mode[@name='custom']/model. */
  readonly cpuModels: readonly CpuModelCapability[];
  /** cpu/mode[@name='host-model']: what host-model stands for here; undefined where it is not supported. */
  readonly hostModel: HostModelCapability | undefined;
  /** features/sev, where supported. */
  readonly sev: SevCapability | undefined;
}

/** A named CPU model of libvirt's CPU map. */
export interface CpuModelCapability {
  readonly name: string;
  /** Whether this host can run it with all its features. */
  readonly usable: 'yes' | 'no' | 'unknown';
  readonly isDeprecated: boolean;
  /** undefined where libvirt says `unknown`, or nothing, as older ones do. */
  readonly vendor: string | undefined;
  /** The versioned name that it is an alias of. */
  readonly canonical: string | undefined;
  /** blockers/feature: what the host lacks for it; empty where it lacks nothing and where libvirt is too old to tell. */
  readonly blockers: readonly string[];
}

/** What `<cpu mode='host-model'/>` becomes. */
export interface HostModelCapability {
  readonly model: string;
  readonly vendor: string | undefined;
  readonly features: readonly { readonly name: string; readonly policy: string }[];
}

/** AMD SEV. */
export interface SevCapability {
  readonly cbitPosition: number | undefined;
  readonly reducedPhysicalBits: number | undefined;
  readonly maxGuests: number | undefined;
  readonly maxEsGuests: number | undefined;
}

/**
 * Reads `<domainCapabilities>` (`virsh domcapabilities`, virConnectGetDomainCapabilities); formatdomaincaps and
 * domaincaps.rng. Devices, features and enumerations are read by their form, so that new ones come along by themselves.
 *
 * @throws XmlValueError for another document, and where a number or yes/no is none
 */
export function parseDomainCapabilities(root: XmlElement): DomainCapabilities {
  expectName(root, 'domainCapabilities');
  const named = [...namedParts(root)];
  const sev = selectFirst(root, "features/sev[@supported='yes']");
  return {
    emulator: wordIn(root, 'path'),
    domainType: requiredWordIn(root, 'domain'),
    machine: wordIn(root, 'machine'),
    architecture: requiredWordIn(root, 'arch'),
    maxVcpus: count(child(root, 'vcpu'), 'max'),
    loaders: select(root, 'os/loader/value').map(text),
    supported: new Map(
      named.flatMap(([name, element]) => {
        const supported = yesNo(element, 'supported');
        return supported === undefined ? [] : [[name, supported] as const];
      }),
    ),
    enums: new Map(named.flatMap(([name, element]) => enumsOf(name, element))),
    cpuModels: cpuModelsOf(root),
    hostModel: hostModelOf(root),
    sev: sev && {
      cbitPosition: countIn(sev, 'cbitpos'),
      reducedPhysicalBits: countIn(sev, 'reducedPhysBits'),
      maxGuests: countIn(sev, 'maxGuests'),
      maxEsGuests: countIn(sev, 'maxESGuests'),
    },
  };
}

/** The elements that say what is supported or list values, each with its name. */
function* namedParts(root: XmlElement): Generator<readonly [string, XmlElement]> {
  for (const part of root.children) {
    const inner = part.name === 'devices' || part.name === 'features' ? part.children : select(part, 'loader');
    yield [part.name, part];
    for (const element of inner) yield [element.name, element];
    if (part.name === 'cpu')
      for (const mode of children(part, 'mode')) yield [`cpu.${requiredWord(mode, 'name')}`, mode];
  }
}

function enumsOf(name: string, element: XmlElement): readonly (readonly [string, readonly string[]])[] {
  return children(element, 'enum').map(list => [
    `${name}.${requiredWord(list, 'name')}`,
    children(list, 'value').map(text),
  ]);
}

function cpuModelsOf(root: XmlElement): readonly CpuModelCapability[] {
  const custom = selectFirst(root, "cpu/mode[@name='custom']");
  if (!custom) return [];
  const blockers = new Map(
    children(custom, 'blockers').map(list => [
      attribute(list, 'model'),
      children(list, 'feature').map(feature => requiredWord(feature, 'name')),
    ]),
  );
  return children(custom, 'model').map(model => {
    const name = text(model);
    const vendor = word(model, 'vendor');
    return {
      name,
      usable: usableOf(model),
      isDeprecated: yesNo(model, 'deprecated') ?? false,
      vendor: vendor === 'unknown' ? undefined : vendor,
      canonical: word(model, 'canonical'),
      blockers: blockers.get(name) ?? [],
    };
  });
}

/** Old libvirt does not tell, and whatever else is said counts as not told. */
function usableOf(model: XmlElement): 'yes' | 'no' | 'unknown' {
  const usable = attribute(model, 'usable');
  return usable === 'yes' || usable === 'no' ? usable : 'unknown';
}

function hostModelOf(root: XmlElement): HostModelCapability | undefined {
  const mode = selectFirst(root, "cpu/mode[@name='host-model']");
  const model = wordIn(mode, 'model');
  if (!mode || model === undefined) return undefined;
  const features = children(mode, 'feature').map(feature => ({
    name: requiredWord(feature, 'name'),
    policy: requiredWord(feature, 'policy'),
  }));
  return { model, vendor: wordIn(mode, 'vendor'), features };
}
