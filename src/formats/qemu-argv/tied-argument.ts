import type { ArgumentFields } from '#formats/qemu-argv/argument-fields';
import type { QemuArgument } from '#formats/qemu-argv/parse-argv';
import type { XmlElement } from '#formats/xml/xml-document';

/** An element of the domain XML that an argument comes from. */
export interface Tie {
  readonly element: XmlElement;
  /** The attribute that it comes from, where it is one. */
  readonly attribute?: string | undefined;
  /** What of the argument comes from it: names of fields; undefined: all of it. */
  readonly fields?: readonly string[] | undefined;
}

/** An argument and where it comes from. */
export interface TiedArgument {
  readonly argument: QemuArgument;
  /** Empty where nothing in the XML asks for it. */
  readonly ties: readonly Tie[];
  /** Why libvirt gives it by itself, where no element asks for it; undefined where that is not known either. */
  readonly own: string | undefined;
  /** Fields that no element asks for, of an argument whose others come from the XML. */
  readonly ownFields: readonly string[];
  /** Of a controller that libvirt adds: the elements of the devices that sit on it. */
  readonly serves: readonly XmlElement[];
}

/** An argument while ties are gathered. */
export interface Knot {
  readonly argument: QemuArgument;
  readonly fields: ArgumentFields;
  readonly ties: Tie[];
}

/** Puts ties to one element together. */
export function joinTies(ties: readonly Tie[]): readonly Tie[] {
  const joined: { element: XmlElement; attribute?: string | undefined; fields?: string[] | undefined }[] = [];
  for (const tie of ties) {
    const same = joined.find(one => one.element === tie.element && one.attribute === tie.attribute);
    if (same === undefined) joined.push({ ...tie, fields: tie.fields === undefined ? undefined : [...tie.fields] });
    else if (tie.fields === undefined) same.fields = undefined;
    else same.fields?.push(...tie.fields);
  }
  return joined;
}
