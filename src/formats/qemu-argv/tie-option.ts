import { type ArgumentFields, fieldOf } from '#formats/qemu-argv/argument-fields';
import {
  cpuSources,
  driverSources,
  fieldSources,
  globalSources,
  optionSources,
} from '#formats/qemu-argv/field-sources';
import type { QemuArgument } from '#formats/qemu-argv/parse-argv';
import { joinTies, type Tie } from '#formats/qemu-argv/tied-argument';
import type { XmlElement } from '#formats/xml/xml-document';
import { select } from '#formats/xml/xml-path';
import { findAttribute } from '#formats/xml/xml-tree';

/** Gives the element of the first path that is there: `os/type@machine` is the attribute of an element, `@type` one of the domain. */
export function pathTie(domain: XmlElement, paths: readonly string[], nth = 0): Tie | undefined {
  for (const path of paths) {
    const at = /^(.*?)@([\w-]+)$/.exec(path.replaceAll(/\[[^\]]*\]/g, match => match.replaceAll('@', '\u0000')));
    const place = (at?.[1] ?? path).replaceAll('\u0000', '@');
    const attribute = at?.[2];
    const found = place === '' ? [domain] : select(domain, place);
    const fitting = attribute === undefined ? found : found.filter(one => findAttribute(one, attribute) !== undefined);
    const element = fitting[nth] ?? fitting[0];
    if (element !== undefined) return { element, attribute };
  }
  return undefined;
}

/** Ties an option that has a place of its own in the XML; none where the XML does not ask for it. */
export function tiesOfOption(argument: QemuArgument, fields: ArgumentFields, domain: XmlElement): readonly Tie[] {
  const { option = '' } = argument;
  const whole = optionSources[option];
  if (whole !== undefined) return one(pathTie(domain, whole));
  const byField = fieldSources[option];
  if (byField !== undefined) {
    return joinTies(fields.flatMap(([name]) => withField(pathTie(domain, byField[name] ?? []), name)));
  }
  switch (option) {
    case 'cpu':
      return cpuTies(fields, domain);
    case 'global':
      return one(globalTie(fields, domain));
    case 'numa':
      return one(numaTie(fields, domain));
    case 'smbios':
      return one(
        pathTie(domain, [`sysinfo[@type='smbios']/${smbiosPart(fields)}`, "sysinfo[@type='smbios']", 'os/smbios']),
      );
    case 'fw_cfg':
      return one(
        pathTie(domain, [
          `sysinfo[@type='fwcfg']/entry[@name='${plainName(fieldOf(fields, 'name'))}']`,
          "sysinfo[@type='fwcfg']",
        ]),
      );
    case 'display':
      return one(pathTie(domain, [`devices/graphics[@type='${plainName(fieldOf(fields, 'type'))}']`]));
    case 'object':
      return objectTies(fields, domain);
    case 'device':
      return one(driverTie(fields, domain));
    default:
      return [];
  }
}

const one = (tie: Tie | undefined): readonly Tie[] => (tie === undefined ? [] : [tie]);
const withField = (tie: Tie | undefined, field: string): readonly Tie[] =>
  tie === undefined ? [] : [{ ...tie, fields: [field] }];

/** A name that may stand inside a path's quotes. */
const plainName = (name: string | undefined): string => (name ?? '').replaceAll(/[^\w./:-]/g, '');

/** Each field: a setting of libvirt's, a feature that the XML names, an enlightenment; else what the CPU's model stands for. */
function cpuTies(fields: ArgumentFields, domain: XmlElement): readonly Tie[] {
  return joinTies(
    fields.flatMap(([written]) => {
      const name = written.replaceAll('_', '-');
      const own = cpuSources[name];
      const enlightenment = name.startsWith('hv-') ? [`features/hyperv/${name.slice(3)}`, 'features/hyperv'] : [];
      const feature = [written, name].map(word => `cpu/feature[@name='${plainName(word)}']`);
      const found = pathTie(domain, [...(own ?? []), ...enlightenment, ...feature]);
      // features that are not named come with the model
      return withField(
        found ?? (own === undefined && enlightenment.length === 0 ? pathTie(domain, ['cpu']) : undefined),
        written,
      );
    }),
  );
}

function globalTie(fields: ArgumentFields, domain: XmlElement): Tie | undefined {
  const driver = fieldOf(fields, 'driver');
  const property = driver === undefined ? (fields[0]?.[0] ?? '') : `${driver}.${fieldOf(fields, 'property') ?? ''}`;
  const paths = globalSources.find(([pattern]) => pattern.test(property))?.[1];
  return paths === undefined ? undefined : pathTie(domain, paths);
}

/** Why libvirt gives a `-global` that no element asks for. */
export function globalReason(fields: ArgumentFields): string | undefined {
  const driver = fieldOf(fields, 'driver');
  const property = driver === undefined ? (fields[0]?.[0] ?? '') : `${driver}.${fieldOf(fields, 'property') ?? ''}`;
  return globalSources.find(([pattern]) => pattern.test(property))?.[2];
}

function numaTie(fields: ArgumentFields, domain: XmlElement): Tie | undefined {
  const node = plainName(fieldOf(fields, 'nodeid') ?? fieldOf(fields, 'src') ?? fieldOf(fields, 'node-id') ?? '0');
  const cell = `cpu/numa/cell[@id='${node}']`;
  switch (fieldOf(fields, 'type')) {
    case 'dist':
      return pathTie(domain, [`${cell}/distances`, cell]);
    case 'hmat-lb':
      return pathTie(domain, ['cpu/numa/interconnects']);
    case 'hmat-cache':
      return pathTie(domain, [`${cell}/cache`, cell]);
    default:
      return pathTie(domain, [cell, 'cpu/numa']) ?? nthCell(domain, Number(node));
  }
}

/** Cells without an id count from 0. */
const nthCell = (domain: XmlElement, node: number): Tie | undefined => pathTie(domain, ['cpu/numa/cell'], node);

/** Tables of SMBIOS by number; libvirt: formatdomain, sysinfo. */
function smbiosPart(fields: ArgumentFields): string {
  const parts: Readonly<Record<string, string>> = {
    0: 'bios',
    1: 'system',
    2: 'baseBoard',
    3: 'chassis',
    11: 'oemStrings',
  };
  return parts[fieldOf(fields, 'type') ?? ''] ?? 'system';
}

function objectTies(fields: ArgumentFields, domain: XmlElement): readonly Tie[] {
  const id = fieldOf(fields, 'id') ?? '';
  const type = fieldOf(fields, 'qom-type') ?? '';
  const node = /^ram-node(\d+)$/.exec(id)?.[1];
  if (node !== undefined)
    return one(pathTie(domain, [`cpu/numa/cell[@id='${node}']`]) ?? nthCell(domain, Number(node)));
  const thread = /^iothread(\d+)$/.exec(id)?.[1];
  if (thread !== undefined)
    return one(pathTie(domain, [`iothreadids/iothread[@id='${thread}']`, 'iothreads', 'iothreadids']));
  if (/^(?:sev|tdx|s390-pv|sev-snp)-guest/.test(type) || id === 'lsec0')
    return one(pathTie(domain, ['launchSecurity']));
  if (/^vnc-tls|^vnc/.test(id)) return one(pathTie(domain, ["devices/graphics[@type='vnc']"]));
  return id === 'main-loop' || type === 'main-loop' ? one(pathTie(domain, ['defaultiothread'])) : [];
}

function driverTie(fields: ArgumentFields, domain: XmlElement): Tie | undefined {
  const driver = fieldOf(fields, 'driver') ?? '';
  const companion = /^ich9-usb-(ehci1|uhci[1-3])$/.exec(driver)?.[1];
  if (companion !== undefined) {
    const index = /^usb(\d*)\./.exec(fieldOf(fields, 'masterbus') ?? '')?.[1];
    const model = `devices/controller[@type='usb'][@model='ich9-${companion}']`;
    return pathTie(domain, [`${model}[@index='${index === undefined || index === '' ? '0' : index}']`, model]);
  }
  const paths = driverSources.find(([pattern]) => pattern.test(driver))?.[1];
  return paths === undefined ? undefined : pathTie(domain, paths);
}
