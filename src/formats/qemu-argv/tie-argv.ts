import { qemuCommandLine } from '#formats/domain-xml/qemu-arguments';
import { type ArgumentFields, argumentFields, fieldOf } from '#formats/qemu-argv/argument-fields';
import { elementOfId, guestAliases } from '#formats/qemu-argv/guest-aliases';
import { ownReason } from '#formats/qemu-argv/own-reasons';
import type { QemuArgument, QemuCommand } from '#formats/qemu-argv/parse-argv';
import { tieBlockdevs } from '#formats/qemu-argv/tie-blockdevs';
import { pathTie, tiesOfOption } from '#formats/qemu-argv/tie-option';
import { joinTies, type Knot, type Tie, type TiedArgument } from '#formats/qemu-argv/tied-argument';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, localName } from '#formats/xml/xml-tree';

/**
 * Ties each argument of QEMU to the elements of the domain XML that it comes from. In this order: arguments that the XML gives word by
 * word (`qemu:commandline`); options with a place of their own; devices and their parts by alias; what is tied by a reference of
 * another argument (`drive`, `netdev`, `chardev`, `memdev`, `iothread`, a secret …). What is left is libvirt's own.
 */
export function tieArgv(command: QemuCommand, domain: XmlElement): readonly TiedArgument[] {
  const aliases = guestAliases(domain);
  const given = givenArguments(command.arguments, domain);
  const knots = command.arguments.map((argument): Knot => {
    const fields = argumentFields(argument);
    const verbatim = given.get(argument);
    if (verbatim !== undefined) return { argument, fields, ties: [...verbatim] };
    const id = fieldOf(fields, 'id') ?? fieldOf(fields, 'node-name');
    const byId = id === undefined || id.startsWith('libvirt-') ? undefined : elementOfId(aliases, id);
    const ties = byId === undefined ? tiesOfOption(argument, fields, domain) : [{ element: byId }];
    return { argument, fields, ties: [...ties] };
  });
  tieBlockdevs(knots, domain);
  tieByReference(knots);
  tieMemory(knots, domain);
  tieOverrides(knots, domain);
  return knots.map(({ argument, fields, ties }) => ({
    argument,
    ties: joinTies(ties),
    ownFields: untiedFields(fields, ties),
    own: ties.length > 0 ? undefined : ownReason(argument.option, fields),
    serves: ties.length > 0 || argument.option !== 'device' ? [] : servedBy(knots, fieldOf(fields, 'id')),
  }));
}

/** Arguments that `qemu:commandline` gives: libvirt puts its words in this order, near the end. */
function givenArguments(all: readonly QemuArgument[], domain: XmlElement): ReadonlyMap<QemuArgument, readonly Tie[]> {
  const found = new Map<QemuArgument, readonly Tie[]>();
  const elements = (qemuCommandLine(domain)?.children ?? []).filter(element => localName(element) === 'arg');
  if (elements.length === 0) return found;
  const wanted = elements.map(element => attribute(element, 'value') ?? '');
  const words = all.flatMap(argument => argument.words.map(word => ({ word, argument })));
  for (let begin = words.length - wanted.length; begin >= 0; begin--) {
    if (!wanted.every((word, at) => words[begin + at]?.word === word)) continue;
    for (const [at, element] of elements.entries()) {
      const argument = words[begin + at]?.argument;
      if (argument !== undefined)
        found.set(argument, [...(found.get(argument) ?? []), { element, attribute: 'value' }]);
    }
    break;
  }
  return found;
}

/** Fields that say where a device sits, not what it uses. */
const places: ReadonlySet<string> = new Set([
  'bus',
  'id',
  'node-name',
  'addr',
  'driver',
  'qom-type',
  'masterbus',
  'name',
]);

/** A part belongs to what uses it: `-object rng-random,id=x` to the device with `rng=x`. Parts of parts too. */
function tieByReference(knots: readonly Knot[]): void {
  const users = new Map<string, Knot[]>();
  for (const knot of knots)
    for (const [name, value] of knot.fields) {
      if (places.has(name) || value === '') continue;
      const there = users.get(value);
      if (there === undefined) users.set(value, [knot]);
      else there.push(knot);
    }
  for (let round = 0; round < 4; round++) {
    for (const knot of knots) {
      if (knot.ties.length > 0) continue;
      const id = fieldOf(knot.fields, 'id') ?? fieldOf(knot.fields, 'node-name');
      if (id === undefined) continue;
      for (const user of users.get(id) ?? [])
        if (user !== knot) knot.ties.push(...user.ties.map(({ element }) => ({ element })));
    }
  }
}

/** Memory backends also say how and where memory is taken: `memoryBacking` and `numatune`. */
function tieMemory(knots: readonly Knot[], domain: XmlElement): void {
  for (const knot of knots) {
    if (!(fieldOf(knot.fields, 'qom-type') ?? '').startsWith('memory-backend')) continue;
    const names = knot.fields.map(([name]) => name);
    const add = (path: string, fields: readonly string[]): void => {
      const said = fields.filter(field => names.some(name => name === field || name.startsWith(`${field}.`)));
      const tie = said.length === 0 ? undefined : pathTie(domain, [path]);
      if (tie !== undefined) knot.ties.push({ ...tie, fields: said });
    };
    // what guests share among each other is told by its own element
    if ((fieldOf(knot.fields, 'id') ?? '').startsWith('shmmem-')) continue;
    const isNode = (fieldOf(knot.fields, 'id') ?? '').startsWith('ram-node');
    if (knot.ties.length === 0 && !isNode) knot.ties.push(...maybe(pathTie(domain, ['memory'])));
    add('memoryBacking', [
      'mem-path',
      'share',
      'prealloc',
      'prealloc-threads',
      'hugetlb',
      'hugetlbsize',
      'discard-data',
      'merge',
      'dump',
      'reserve',
    ]);
    add('numatune', ['host-nodes', 'policy']);
  }
}

const maybe = (tie: Tie | undefined): readonly Tie[] => (tie === undefined ? [] : [tie]);

/** `qemu:override` changes properties of a device that it names by alias. */
function tieOverrides(knots: readonly Knot[], domain: XmlElement): void {
  const override = domain.children.find(element => localName(element) === 'override');
  for (const device of override?.children ?? []) {
    const alias = attribute(device, 'alias');
    const frontend = device.children.find(element => localName(element) === 'frontend');
    if (alias === undefined || frontend === undefined) continue;
    const knot = knots.find(({ argument, fields }) => argument.option === 'device' && fieldOf(fields, 'id') === alias);
    for (const property of frontend.children) {
      const name = attribute(property, 'name');
      if (name !== undefined) knot?.ties.push({ element: property, fields: [name] });
    }
  }
}

/** Where each tie names its fields, the others are libvirt's own. */
function untiedFields(fields: ArgumentFields, ties: readonly Tie[]): readonly string[] {
  if (ties.length === 0 || ties.some(tie => tie.fields === undefined)) return [];
  const tied = new Set(ties.flatMap(tie => tie.fields ?? []));
  return [...new Set(fields.map(([name]) => name))].filter(name => !tied.has(name));
}

/** Elements of the devices on a controller's bus; those on a bridge that sits on it too. */
function servedBy(knots: readonly Knot[], id: string | undefined): readonly XmlElement[] {
  const found = new Set<XmlElement>();
  const todo = id === undefined ? [] : [id];
  const seen = new Set(todo);
  for (const at of todo) {
    for (const { fields, ties } of knots) {
      const bus = fieldOf(fields, 'bus');
      if (bus === undefined || !(bus === at || bus.startsWith(`${at}.`))) continue;
      for (const { element } of ties) found.add(element);
      const own = fieldOf(fields, 'id');
      if (own === undefined || seen.has(own)) continue;
      seen.add(own);
      todo.push(own);
    }
  }
  return [...found];
}

/** Variables that `qemu:commandline` sets, by name. */
export function givenVariables(domain: XmlElement): ReadonlyMap<string, XmlElement> {
  const elements = (qemuCommandLine(domain)?.children ?? []).filter(element => localName(element) === 'env');
  return new Map(elements.map(element => [attribute(element, 'name') ?? '', element]));
}
