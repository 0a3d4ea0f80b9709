import { devicesOfArguments } from '#formats/device-help';
import { blockWeights } from '#formats/domain-xml/block-weights';
import { bootSetup } from '#formats/domain-xml/boot-setup';
import { clock } from '#formats/domain-xml/clock';
import { cpuTuning, iothreadCount, vcpus } from '#formats/domain-xml/cpu-parts';
import { disk } from '#formats/domain-xml/disk';
import { DomainReader } from '#formats/domain-xml/domain-reader';
import { requiredText } from '#formats/domain-xml/domain-values';
import { features } from '#formats/domain-xml/features';
import { graphics } from '#formats/domain-xml/graphics';
import { guestCpu } from '#formats/domain-xml/guest-cpu';
import { hostDevice } from '#formats/domain-xml/host-device';
import { managerIn } from '#formats/domain-xml/managed-by';
import { memoryDevice } from '#formats/domain-xml/memory-device';
import { maxMemory, memoryBacking, memoryOfParts, memoryTuning } from '#formats/domain-xml/memory-parts';
import { intentElements, intentsIn, osElement } from '#formats/domain-xml/metadata';
import { networkInterface } from '#formats/domain-xml/network-interface';
import { numaTuning } from '#formats/domain-xml/numa-tuning';
import { deviceOncePerText, oncePerText } from '#formats/domain-xml/once-per-text';
import { pciBuses } from '#formats/domain-xml/pci-address';
import { qemuArguments, qemuCommandLine } from '#formats/domain-xml/qemu-arguments';
import { sizeIn } from '#formats/domain-xml/size-values';
import * as small from '#formats/domain-xml/small-devices';
import { requiredWord, XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, childText, text } from '#formats/xml/xml-tree';
import type { DomainConfig } from '#model/domain-config';
import type { Known } from '#model/known';
import type { Bytes } from '#units/bytes';

/** A domain XML as values: the definition, and what it says of the guest as a whole. */
export interface ParsedDomain {
  /** Undefined where the XML names none, which libvirt refuses. */
  readonly name: string | undefined;
  /** In lower case with dashes. */
  readonly uuid: Known<string>;
  readonly config: DomainConfig;
  /** libosinfo id in the metadata. */
  readonly osId: Known<string>;
  /** Words of the intent elements in the metadata, as written. */
  readonly declaredIntents: Known<readonly string[]>;
  /** Another manager that the XML names. */
  readonly managedBy: Known<string>;
}

/** Where a domain XML came from. */
export interface DomainSource {
  /** A path that a person can open, or the libvirt call. */
  readonly source: string;
  /** Whether `source` is a path. */
  readonly isFile: boolean;
}

/**
 * Takes a `<domain>` element (of its own document, or inside a status file or a snapshot); gives the definition part by part.
 * A part that stands but cannot be understood is unknown, with file and line in the reason; nothing throws.
 */
export function parseDomain(domain: XmlElement, { source, isFile }: DomainSource): ParsedDomain {
  const reader = new DomainReader(domain, { text: domain.document.text, root: domain.name, file: source, isFile });
  const metadata = child(domain, 'metadata');
  const os = metadata && osElement(metadata);
  return {
    name: childText(domain, 'name') || undefined,
    uuid: reader.part('uuid', uuid),
    config: parseConfig(reader, source),
    osId: reader.single(os, 'metadata/libosinfo:libosinfo/libosinfo:os', found => requiredWord(found, 'id')),
    declaredIntents: declaredIntents(reader, metadata),
    managedBy: managedBy(reader),
  };
}

function parseConfig(reader: DomainReader, source: string): DomainConfig {
  const { domain } = reader;
  const memory = bootMemory(reader);
  const currentMemory = reader.part('currentMemory', once.sizeIn);
  return {
    source,
    type: reader.attribute('type'),
    os: reader.part('os', once.bootSetup),
    memory,
    currentMemory: currentMemory.state === 'absent' ? memory : currentMemory,
    maxMemory: reader.part('maxMemory', once.maxMemory),
    memoryBacking: reader.part('memoryBacking', once.memoryBacking),
    memtune: reader.part('memtune', once.memoryTuning),
    blockWeights: reader.part('blkiotune', once.blockWeights),
    vcpus: reader.part('vcpu', vcpus),
    iothreads: iothreads(reader),
    cputune: reader.part('cputune', once.cpuTuning),
    numatune: reader.part('numatune', once.numaTuning),
    cpu: reader.part('cpu', once.guestCpu),
    features: reader.part('features', once.features),
    clock: reader.part('clock', once.clock),
    onCrash: reader.part('on_crash', once.requiredText),
    emulator: reader.device('emulator', once.requiredText),
    ...devices(reader),
    qemuArguments: reader.single(qemuCommandLine(domain), 'qemu:commandline', qemuArguments),
    qemuDevices: reader.single(qemuCommandLine(domain), 'qemu:commandline', commandLine =>
      devicesOfArguments(qemuArguments(commandLine)),
    ),
    launchSecurity: reader.part('launchSecurity', element => requiredWord(element, 'type')),
  };
}

/** Parsers of what stands word for word in many definitions. Disks and interfaces are each guest's own; vCPUs look at what is beside them. */
const once = {
  blockWeights: oncePerText(blockWeights),
  bootSetup: oncePerText(bootSetup),
  clock: oncePerText(clock),
  cpuTuning: oncePerText(cpuTuning),
  features: oncePerText(features),
  guestCpu: oncePerText(guestCpu),
  maxMemory: oncePerText(maxMemory),
  memoryBacking: oncePerText(memoryBacking),
  memoryTuning: oncePerText(memoryTuning),
  numaTuning: oncePerText(numaTuning),
  requiredText: oncePerText(requiredText),
  sizeIn: oncePerText(sizeIn),
  controller: deviceOncePerText(small.controller),
  filesystem: deviceOncePerText(small.filesystem),
  balloon: deviceOncePerText(small.balloon),
  rng: deviceOncePerText(small.rng),
  video: deviceOncePerText(small.video),
  channel: deviceOncePerText(small.channel),
  tpm: deviceOncePerText(small.tpm),
  watchdog: deviceOncePerText(small.watchdog),
  otherDevice: deviceOncePerText(small.otherDevice),
  graphics: deviceOncePerText(graphics),
};

const named = new Set([
  ...[
    'emulator',
    'disk',
    'interface',
    'controller',
    'hostdev',
    'filesystem',
    'memballoon',
    'memory',
    'rng',
    'graphics',
  ],
  ...['video', 'channel', 'tpm', 'watchdog'],
]);

type Devices = Pick<
  DomainConfig,
  | 'disks'
  | 'nics'
  | 'controllers'
  | 'hostDevices'
  | 'filesystems'
  | 'balloon'
  | 'memoryDevices'
  | 'rngs'
  | 'graphics'
  | 'videos'
  | 'channels'
  | 'tpms'
  | 'watchdogs'
  | 'otherDevices'
  | 'pciBuses'
>;

const devices = (reader: DomainReader): Devices => ({
  disks: reader.devices('disk', disk),
  nics: reader.devices('interface', networkInterface),
  controllers: reader.devices('controller', once.controller),
  hostDevices: reader.devices('hostdev', hostDevice),
  filesystems: reader.devices('filesystem', once.filesystem),
  balloon: reader.device('memballoon', once.balloon),
  memoryDevices: reader.devices('memory', memoryDevice),
  rngs: reader.devices('rng', once.rng),
  graphics: reader.devices('graphics', once.graphics),
  videos: reader.devices('video', once.video),
  channels: reader.devices('channel', once.channel),
  tpms: reader.devices('tpm', once.tpm),
  watchdogs: reader.devices('watchdog', once.watchdog),
  otherDevices: reader.otherDevices(named, once.otherDevice),
  pciBuses: reader.part('devices', pciBuses),
});

/** libvirt takes a UUID with or without dashes. */
function uuid(element: XmlElement): string {
  const digits = text(element).replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) throw new XmlValueError(element, 'The text', text(element), 'a UUID');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The memory element; where it is missing, the guest's cells and its memory devices together, as libvirt computes it. */
function bootMemory(reader: DomainReader): Known<Bytes> {
  const { domain } = reader;
  const cpu = child(domain, 'cpu');
  const numa = child(domain, 'memory') === undefined && cpu !== undefined ? child(cpu, 'numa') : undefined;
  if (numa === undefined) return reader.part('memory', once.sizeIn);
  return reader.single(numa, 'cpu/numa', () => memoryOfParts(numa, child(domain, 'devices')));
}

function iothreads(reader: DomainReader): Known<number> {
  const threads = child(reader.domain, 'iothreads');
  const ids = child(reader.domain, 'iothreadids');
  const shown = threads ?? ids;
  return reader.single(shown, shown?.name ?? 'iothreads', () => iothreadCount(threads, ids));
}

function declaredIntents(reader: DomainReader, metadata: XmlElement | undefined): Known<readonly string[]> {
  const elements = metadata === undefined ? [] : intentElements(metadata);
  return reader.single(elements[0], "metadata//*[local-name()='intent']", () => intentsIn(elements));
}

function managedBy(reader: DomainReader): Known<string> {
  const found = managerIn(reader.domain);
  return reader.single(found?.element, found?.path ?? 'metadata', () => found?.name ?? '');
}
