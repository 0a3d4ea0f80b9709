import { DomainEvidence, type DomainOrigin, lacking } from '#formats/domain-xml/domain-evidence';
import { XmlValueError } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, child } from '#formats/xml/xml-tree';
import { absent, type Evidence, type Known, known, unknown } from '#model/known';

/** Reads the parts of one definition: what stands is known, what does not is absent, what cannot be understood is unknown. */
export class DomainReader {
  readonly domain: XmlElement;
  readonly #origin: DomainOrigin;
  readonly #devices: XmlElement | undefined;
  readonly #byName = new Map<string, XmlElement[]>();

  /** Takes a `<domain>` element. */
  constructor(domain: XmlElement, origin: DomainOrigin) {
    this.domain = domain;
    this.#origin = origin;
    this.#devices = child(domain, 'devices');
    for (const device of this.#devices?.children ?? []) {
      const same = this.#byName.get(device.name);
      if (same === undefined) this.#byName.set(device.name, [device]);
      else same.push(device);
    }
  }

  /** Gives a part that is one child of the domain element. */
  part<T>(name: string, parse: (element: XmlElement) => T): Known<T> {
    return this.single(child(this.domain, name), name, parse);
  }

  /** Gives a part that is one element anywhere; `path` is its path below the domain element. */
  single<T>(element: XmlElement | undefined, path: string, parse: (element: XmlElement) => T): Known<T> {
    if (element === undefined) return absent(this.#lack(path, this.domain));
    return this.#guarded(() => known(parse(element), this.evidence(element, path)));
  }

  /** Gives an attribute of the domain element. */
  attribute(name: string): Known<string> {
    const value = attribute(this.domain, name);
    const { start, openEnd } = this.domain;
    return value === undefined
      ? absent(this.#lack(`@${name}`, this.domain))
      : known(value, new DomainEvidence(this.#origin, `@${name}`, { start, end: openEnd }));
  }

  /** Gives all devices of a name; absent where there is none. `parse` is told where the device stands, and its number from 1. */
  devices<T>(name: string, parse: (element: XmlElement, at: Evidence, number: number) => T): Known<readonly T[]> {
    return this.#devicesOf([name], name, parse);
  }

  /** Gives the first device of a name, where a guest has at most one. */
  device<T>(name: string, parse: (element: XmlElement, at: Evidence) => T): Known<T> {
    const [element] = this.#byName.get(name) ?? [];
    if (element === undefined) return absent(this.#lack(`devices/${name}`, this.#devices ?? this.domain));
    const at = this.evidence(element, `devices/${name}`);
    return this.#guarded(() => known(parse(element, at), at));
  }

  /** Gives all devices whose names are not in `named`, in the order of their names' first appearance. */
  otherDevices<T>(named: ReadonlySet<string>, parse: (element: XmlElement, at: Evidence) => T): Known<readonly T[]> {
    const others = [...this.#byName.keys()].filter(name => !named.has(name));
    return this.#devicesOf(others, '*', parse);
  }

  /** The evidence of an element at a path below the domain element; `number`: which of several it is. */
  evidence(element: XmlElement, path: string, number?: number): Evidence {
    return new DomainEvidence(this.#origin, path, element, number);
  }

  #devicesOf<T>(
    names: readonly string[],
    all: string,
    parse: (element: XmlElement, at: Evidence, number: number) => T,
  ): Known<readonly T[]> {
    return this.#guarded((): Known<readonly T[]> => {
      const evidence: Evidence[] = [];
      const devices: T[] = [];
      for (const name of names) {
        const same = this.#byName.get(name) ?? [];
        const path = `devices/${name}`;
        let number = 0;
        for (const element of same) {
          number++;
          const at = this.evidence(element, path, same.length > 1 ? number : undefined);
          evidence.push(at);
          devices.push(parse(element, at, number));
        }
      }
      if (devices.length === 0) return absent(this.#lack(`devices/${all}`, this.#devices ?? this.domain));
      return { state: 'known', value: devices, evidence };
    });
  }

  #lack(path: string, parent: XmlElement): Evidence {
    return new DomainEvidence(this.#origin, path, parent, lacking);
  }

  #guarded<T>(read: () => Known<T>): Known<T> {
    try {
      return read();
    } catch (error) {
      if (error instanceof XmlValueError) return unknown(error.message, error.doThis);
      throw error;
    }
  }
}
