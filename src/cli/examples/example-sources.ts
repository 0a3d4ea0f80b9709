import type { Example, ExampleGuest, ExampleLibvirt } from '#check/example';
import { referenceFiles } from '#check/reference/reference-files';
import { referenceGuest, referenceLibvirt, referenceStats } from '#check/reference/reference-libvirt';
import { exampleInside } from '#cli/examples/example-inside';
import type { DomainAnswer, LibvirtAnswers, NetworkAnswer, PoolAnswer } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { pathOf } from '#formats/xml/xml-path';
import { attribute, child } from '#formats/xml/xml-tree';
import { unknown } from '#model/known';
import type { Commands } from '#transport/commands';
import { type MemoryEntry, memoryTree } from '#transport/memory-tree';

/** Time between the two samples of an example, in milliseconds. */
const sampleMs = 60_000;

/** Turns an example into the sources that a real machine would give: the reference machine with the example's differences. */
export function exampleSources(example: Example): Sources {
  const files = memoryTree(entriesOf(example), 'absent');
  const commands: Commands = {
    output: argv => {
      const text = example.commands?.[argv.join(' ')];
      return text === undefined
        ? { outcome: 'not-captured', reason: 'no command is run without --run' }
        : { outcome: 'ok', value: text };
    },
  };
  const guests = guestsOf(example);
  const inside = exampleInside(guests, (guest, at) => textOf(guestXml(guest.xml, guest, at), 'uuid') ?? uuidOf(at));
  if (example.libvirt === null) return { files, libvirt: unknown('libvirt was not there'), commands, inside };
  const libvirt = answersOf(
    example.libvirt ?? {},
    guests.map((guest, at) => domainOf(guest, at, guest.stats)),
  );
  if (!guests.some(guest => guest.laterStats !== undefined)) return { files, libvirt, commands, inside };
  const later = answersOf(
    example.libvirt ?? {},
    guests.map((guest, at) => domainOf(guest, at, { ...guest.stats, ...guest.laterStats })),
  );
  return { files, libvirt, commands, inside, later: { files, libvirt: later, afterMs: sampleMs } };
}

function entriesOf(example: Example): ReadonlyMap<string, MemoryEntry> {
  const entries = new Map<string, MemoryEntry>();
  for (const [path, text] of referenceFiles()) entries.set(path, { kind: 'file', text });
  for (const [path, text] of Object.entries(example.files ?? {})) {
    if (path.endsWith('/') && text === null) {
      for (const one of [...entries.keys()]) if (one.startsWith(path)) entries.delete(one);
    } else if (text === null) entries.set(path, { kind: 'absent' });
    else if (text === 'denied') entries.set(path, { kind: 'denied', reason: 'EACCES' });
    else if (text.startsWith('-> ')) entries.set(path, { kind: 'link', to: text.slice(3) });
    else entries.set(path, { kind: 'file', text: text.endsWith('\n') || text === '' ? text : `${text}\n` });
  }
  // what libvirt does not tell, its own files do not tell either
  if (example.libvirt === null || example.libvirt?.noGuests !== undefined) {
    for (const path of ['/etc/libvirt/qemu', '/run/libvirt/qemu', '/etc/libvirt/libxl', '/run/libvirt/libxl'])
      entries.set(path, { kind: 'denied', reason: 'EACCES' });
  }
  for (const path of ['/', '/var/lib/libvirt/images'])
    entries.set(`room:${path}`, { kind: 'room', room: { size: 2 ** 40, free: 2 ** 39 } });
  for (const [path, room] of Object.entries(example.rooms ?? {})) entries.set(`room:${path}`, { kind: 'room', room });
  return entries;
}

function guestsOf(example: Example): readonly ExampleGuest[] {
  if (example.guest === null) return (example.others ?? []).map(asGuest);
  return [asGuest(example.guest ?? { xml: '' }), ...(example.others ?? []).map(asGuest)];
}

/** Names of the guests of an example, in its order; the one that is judged comes first. */
export const guestNames = (example: Example): readonly string[] =>
  guestsOf(example).map((guest, at) => nameOf(guest, guestXml(guest.xml, guest, at), at));

const nameOf = (guest: ExampleGuest, xml: string, at: number): string =>
  guest.name ?? textOf(xml, 'name') ?? `guest${at + 1}`;

const asGuest = (guest: string | ExampleGuest): ExampleGuest => (typeof guest === 'string' ? { xml: guest } : guest);

function domainOf(guest: ExampleGuest, at: number, stats: ExampleGuest['stats']): DomainAnswer {
  const isRunning = guest.isRunning ?? true;
  const xml = guestXml(guest.xml, guest, at);
  const root = parseXml(xml, { file: 'example' }).root;
  const name = nameOf(guest, xml, at);
  const uuid = textOf(xml, 'uuid') ?? uuidOf(at);
  return {
    name,
    uuid,
    state: { value: isRunning ? 1 : 5 },
    persistent: { value: true },
    autostart: { value: guest.autostart ?? false },
    managedSave: { value: false },
    xml: { value: xml },
    ...(isRunning
      ? {
          liveXml: {
            value: guest.live === undefined ? xml : guestXml(guest.live, guest, at, xml),
          },
          stats: attribute(root, 'type') === 'xen' ? {} : { ...referenceStats, ...stats },
        }
      : {}),
  };
}

/** Puts the elements of a fragment into the reference guest, in place of those of the same name. */
export function guestXml(
  fragment: string,
  guest: Pick<ExampleGuest, 'name' | 'without'>,
  at: number,
  base = baseGuest(at),
): string {
  if (/^\s*<domain[\s>]/.test(fragment)) return fragment;
  const reference = parseXml(base, { file: 'reference guest' });
  const wrapped = parseXml(`<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>${fragment}</domain>`, {
    file: 'example',
  });
  const source = (element: XmlElement, of: typeof reference): string => of.text.slice(element.start, element.end);
  const without = new Set(guest.without ?? []);
  const keeps = (element: XmlElement): boolean =>
    !without.has(
      pathOf(element)
        .replace('/domain/', '')
        .replaceAll(/\[\d+\]/g, ''),
    );
  const devicesOf = (document: typeof reference): readonly XmlElement[] =>
    child(document.root, 'devices')?.children ?? [];
  const newTop = wrapped.root.children.filter(element => element.name !== 'devices');
  const newTopNames = new Set(newTop.map(element => element.name));
  const newDevices = devicesOf(wrapped);
  const newDeviceNames = new Set(newDevices.map(element => element.name));
  const oldTop = reference.root.children.filter(
    element =>
      element.name !== 'devices' &&
      !newTopNames.has(element.name) &&
      !(element.name === 'currentMemory' && newTopNames.has('memory')),
  );
  const top = [
    ...oldTop.filter(keeps).map(element => source(element, reference)),
    ...newTop.map(element => source(element, wrapped)),
  ];
  const devices = [
    ...devicesOf(reference)
      .filter(element => !newDeviceNames.has(element.name))
      .filter(keeps)
      .map(element => source(element, reference)),
    ...newDevices.map(element => source(element, wrapped)),
  ];
  const xml = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n  ${[...top, `<devices>\n    ${devices.join('\n    ')}\n  </devices>`].join('\n  ')}\n</domain>\n`;
  return guest.name === undefined ? xml : xml.replace(/<name>[^<]*<\/name>/, `<name>${guest.name}</name>`);
}

/** The reference guest under a name, uuid and MAC address of its own. */
function baseGuest(at: number): string {
  return referenceGuest
    .replace('guest1</name>', `guest${at + 1}</name>`)
    .replace('guest1.qcow2', `guest${at + 1}.qcow2`)
    .replace(/<uuid>[^<]*/, `<uuid>${uuidOf(at)}`)
    .replace('52:54:00:12:34:01', `52:54:00:12:34:${(at + 1).toString(16).padStart(2, '0')}`);
}

const uuidOf = (at: number): string => `5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5b${(at + 1).toString(16).padStart(2, '0')}`;

const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];

function answersOf(libvirt: ExampleLibvirt, domains: readonly DomainAnswer[]): LibvirtAnswers {
  return {
    uri: libvirt.uri ?? referenceLibvirt.uri,
    libvirtVersion: { value: numberOf(libvirt.version ?? referenceLibvirt.version) },
    hypervisorVersion: { value: numberOf(libvirt.qemuVersion ?? referenceLibvirt.qemuVersion) },
    hostname: { value: referenceLibvirt.hostname },
    capabilities: { value: libvirt.capabilities ?? referenceLibvirt.capabilities },
    domainCapabilities: { value: libvirt.domainCapabilities ?? referenceLibvirt.domainCapabilities },
    node: { value: { ...referenceLibvirt.node, ...libvirt.node } },
    domains: libvirt.noGuests === undefined ? { value: domains } : { error: libvirt.noGuests },
    networks: {
      value: Object.entries(
        libvirt.networks ?? {
          default: "<network><name>default</name><forward mode='nat'/><bridge name='virbr0'/></network>",
        },
      ).map(networkOf),
    },
    pools: { value: [...Object.entries(libvirt.pools ?? {}).map(poolOf), ...poolOfVolumes(libvirt.volumes)] },
  };
}

const networkOf = ([name, xml]: readonly [string, string], at: number): NetworkAnswer => ({
  name,
  uuid: uuidOf(100 + at),
  active: true,
  autostart: { value: true },
  xml: { value: xml },
});

const poolOfVolumes = (volumes: ExampleLibvirt['volumes'] = {}): readonly PoolAnswer[] =>
  Object.keys(volumes).length === 0
    ? []
    : [
        {
          ...poolOf(['volumes', "<pool type='dir'><name>volumes</name></pool>"], 100),
          volumes: {
            value: Object.entries(volumes).map(([path, xml]) => ({
              name: path.slice(path.lastIndexOf('/') + 1),
              path,
              xml: { value: xml },
            })),
          },
        },
      ];

const poolOf = ([name, xml]: readonly [string, string], at: number): PoolAnswer => ({
  name,
  uuid: uuidOf(200 + at),
  active: true,
  xml: { value: xml },
  info: { error: 'not asked' },
  volumes: { value: [] },
});

/** `8.2.2` → 8,002,002. */
function numberOf(version: string): number {
  const [major = 0, minor = 0, micro = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 1000 + micro;
}
