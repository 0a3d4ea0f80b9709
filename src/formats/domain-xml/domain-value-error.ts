import type { XmlElement } from '#formats/xml/xml-document';

/** A value in a domain XML that libvirt would not understand either; turned into an unknown part, never into a default. */
export class DomainValueError extends Error {
  /** The element that holds the value. */
  readonly element: XmlElement;
  /** What is wrong, without the place. */
  readonly says: string;

  constructor(element: XmlElement, says: string) {
    super(says);
    this.name = 'DomainValueError';
    this.element = element;
    this.says = says;
  }
}

/** Throws the error of a value that is not what it should be; quotes at most 30 characters of it. */
export function refuseValue(element: XmlElement, what: string, value: string, wanted: string): never {
  const quoted = value.length > 30 ? `${value.slice(0, 30)}…` : value;
  throw new DomainValueError(element, `${what} is “${quoted}”, which is not ${wanted}`);
}
