import type { Break, Offer } from '#compat/offer';
import { qemuCommandLine } from '#formats/domain-xml/qemu-arguments';
import { argumentFields, fieldOf } from '#formats/qemu-argv/argument-fields';
import { parseArgv, type QemuArgument, type QemuCommand } from '#formats/qemu-argv/parse-argv';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, localName } from '#formats/xml/xml-tree';
import { removedArguments } from '#model/derived/removed-arguments';
import { isInRange } from '#units/version';

/** Arguments of the XML's own, which libvirt hands on unseen: dropped ones, devices and properties that this QEMU has not. */
export function commandBreaks(domain: XmlElement, command: QemuCommand | undefined, offer: Offer): readonly Break[] {
  const elements = argumentElements(domain);
  const words = argumentWords(domain);
  const gone = new Set(removedArguments(words).map(({ at }) => at));
  const parsed = parseArgv(['qemu', ...words])?.arguments ?? [];
  return [
    ...removedBreaks(words, elements, offer),
    ...parsed.flatMap(argument => (gone.has(argument.at) ? [] : askedBreaks(argument, elements, offer))),
    ...overrideBreaks(domain, command, offer),
  ];
}

function removedBreaks(words: readonly string[], elements: readonly XmlElement[], { qemu }: Offer): readonly Break[] {
  return removedArguments(words).flatMap(({ name, since, now, at }) => {
    const element = elements[at];
    if (element === undefined) return [];
    const isGone = qemu !== undefined && isInRange(qemu, `>=${since}`);
    const here = qemu === undefined ? '' : `; here is ${qemu.text}`;
    return [
      {
        severity: isGone ? ('error' as const) : ('warning' as const),
        says: `${name} went with QEMU ${since}${here}`,
        wants: now,
        element,
        attribute: 'value',
        source: 'QEMU: about/removed-features',
      },
    ];
  });
}

function askedBreaks(argument: QemuArgument, elements: readonly XmlElement[], { asked }: Offer): readonly Break[] {
  const [element, valueElement = element] = [elements[argument.at], elements[argument.at + 1]];
  if (asked === undefined || element === undefined || valueElement === undefined) return [];
  const { option } = argument;
  const at = { attribute: 'value', wants: undefined, severity: 'error' as const };
  if (option !== undefined && asked.options !== undefined && !asked.options.has(option))
    return [{ ...at, says: `this QEMU has no option -${option}`, element, source: 'QEMU -help' }];
  if (option !== 'device' || asked.drivers === undefined) return [];
  const fields = argumentFields(argument);
  const driver = fieldOf(fields, 'driver') ?? '';
  if (!asked.drivers.has(driver))
    return [{ ...at, says: `this QEMU has no device ${driver}`, element: valueElement, source: 'QEMU -device help' }];
  const known = asked.properties.get(driver);
  if (known === undefined) return [];
  return fields
    .filter(
      ([name]) =>
        name !== 'driver' &&
        name !== 'id' &&
        name !== 'bus' &&
        !known.has(name.replace(/\..*$/, '')) &&
        !known.has(name),
    )
    .map(([name]) => ({
      ...at,
      says: `device ${driver} of this QEMU has no property ${name}`,
      element: valueElement,
      source: `QEMU -device ${driver},help`,
    }));
}

/** Properties that `qemu:override` sets, by the driver that the device of that alias has on the command line. */
function overrideBreaks(domain: XmlElement, command: QemuCommand | undefined, { asked }: Offer): readonly Break[] {
  return overriddenDrivers(domain, command).flatMap(({ driver, properties }) => {
    const known = asked?.properties.get(driver);
    if (known === undefined) return [];
    return properties.flatMap((property): readonly Break[] => {
      const name = attribute(property, 'name');
      if (name === undefined || known.has(name)) return [];
      return [
        {
          severity: 'error',
          says: `device ${driver} of this QEMU has no property ${name}`,
          wants: undefined,
          element: property,
          attribute: 'name',
          source: `QEMU -device ${driver},help`,
        },
      ];
    });
  });
}

/** Gives the devices that `qemu:override` changes: their drivers, and the elements of the properties that it sets. */
function overriddenDrivers(
  domain: XmlElement,
  command: QemuCommand | undefined,
): readonly { readonly driver: string; readonly properties: readonly XmlElement[] }[] {
  const override = domain.children.find(element => localName(element) === 'override');
  const devices = (command?.arguments ?? []).filter(({ option }) => option === 'device').map(argumentFields);
  return (override?.children ?? []).flatMap(device => {
    const alias = attribute(device, 'alias');
    const fields = devices.find(one => alias !== undefined && fieldOf(one, 'id') === alias);
    const driver = fields === undefined ? undefined : fieldOf(fields, 'driver');
    return driver === undefined ? [] : [{ driver, properties: device.children.flatMap(part => part.children) }];
  });
}

/** Gives the device drivers whose properties the XML names behind libvirt's back: what to ask QEMU about. */
export function handedDrivers(domain: XmlElement, command: QemuCommand | undefined): readonly string[] {
  const given = (parseArgv(['qemu', ...argumentWords(domain)])?.arguments ?? [])
    .filter(({ option }) => option === 'device')
    .map(argument => fieldOf(argumentFields(argument), 'driver') ?? '');
  return [...new Set([...given, ...overriddenDrivers(domain, command).map(({ driver }) => driver)])];
}

/** The words that the XML hands to QEMU. */
export const argumentWords = (domain: XmlElement): readonly string[] =>
  argumentElements(domain).map(element => attribute(element, 'value') ?? '');

const argumentElements = (domain: XmlElement): readonly XmlElement[] =>
  (qemuCommandLine(domain)?.children ?? []).filter(element => localName(element) === 'arg');
