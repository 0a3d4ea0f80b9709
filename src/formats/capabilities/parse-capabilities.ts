import type { Capabilities, TscCapability } from '#formats/capabilities/capabilities';
import { parseCells } from '#formats/capabilities/parse-cells';
import { parseGuestCapability } from '#formats/capabilities/parse-guest-capability';
import {
  count,
  expectName,
  idSet,
  requiredCount,
  requiredWord,
  scaledAttribute,
  wordIn,
  yesNo,
} from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { select, selectFirst } from '#formats/xml/xml-path';
import { child, children, text } from '#formats/xml/xml-tree';
import { CpuSet } from '#units/cpu-set';
import { hertz } from '#units/hertz';

/**
 * Reads `<capabilities>` (`virsh capabilities`, virConnectGetCapabilities); https://libvirt.org/formatcaps.html and
 * capability.rng. Elements it does not know are left aside: libvirt adds some every year.
 *
 * @throws XmlValueError for another document, and where a number, size or list is none
 */
export function parseCapabilities(root: XmlElement): Capabilities {
  expectName(root, 'capabilities');
  const host = child(root, 'host');
  const cpu = host && child(host, 'cpu');
  return {
    hostUuid: wordIn(host, 'uuid'),
    architecture: wordIn(cpu, 'arch'),
    cpuModel: wordIn(cpu, 'model'),
    cpuVendor: wordIn(cpu, 'vendor'),
    microcode: count(cpu && child(cpu, 'microcode'), 'version'),
    physicalAddressBits: count(cpu && child(cpu, 'maxphysaddr'), 'bits'),
    tsc: tscOf(cpu),
    cpuTopology: topologyOf(cpu),
    cpuFeatures: cpu ? children(cpu, 'feature').map(feature => requiredWord(feature, 'name')) : [],
    pageSizes: cpu ? children(cpu, 'pages').map(pages => scaledAttribute(pages, 'size', 'KiB')) : [],
    suspend: suspendOf(host),
    hasIommu: yesNo(host && child(host, 'iommu'), 'support'),
    canMigrateLive: host !== undefined && selectFirst(host, 'migration_features/live') !== undefined,
    migrationTransports: host ? select(host, 'migration_features/uri_transports/uri_transport').map(text) : [],
    cells: host ? parseCells(host) : [],
    caches: host ? select(host, 'cache/bank').map(cacheOf) : [],
    securityModels: host ? select(host, 'secmodel/model').map(text) : [],
    guests: children(root, 'guest').map(parseGuestCapability),
  };
}

function tscOf(cpu: XmlElement | undefined): TscCapability | undefined {
  const counter = cpu && selectFirst(cpu, "counter[@name='tsc']");
  if (!counter) return undefined;
  const frequency = count(counter, 'frequency');
  return { frequency: frequency === undefined ? undefined : hertz(frequency), canScale: yesNo(counter, 'scaling') };
}

function topologyOf(cpu: XmlElement | undefined): Capabilities['cpuTopology'] {
  const topology = cpu && child(cpu, 'topology');
  return (
    topology && {
      sockets: requiredCount(topology, 'sockets'),
      dies: count(topology, 'dies') ?? 1,
      clusters: count(topology, 'clusters') ?? 1,
      cores: requiredCount(topology, 'cores'),
      threads: requiredCount(topology, 'threads'),
    }
  );
}

function suspendOf(host: XmlElement | undefined): Capabilities['suspend'] {
  const power = host && child(host, 'power_management');
  if (!power) return undefined;
  return (['mem', 'disk', 'hybrid'] as const)
    .filter(kind => child(power, `suspend_${kind}`) !== undefined)
    .map(kind => (kind === 'mem' ? 'memory' : kind));
}

function cacheOf(bank: XmlElement): Capabilities['caches'][number] {
  return {
    id: requiredCount(bank, 'id'),
    level: requiredCount(bank, 'level'),
    type: requiredWord(bank, 'type'),
    size: scaledAttribute(bank, 'size', 'bytes'),
    cpus: idSet(bank, 'cpus') ?? CpuSet.of([]),
  };
}
