import type { Capabilities } from '#formats/capabilities/capabilities';
import type { DomainCapabilities } from '#formats/capabilities/parse-domain-capabilities';
import type { XmlElement } from '#formats/xml/xml-document';
import type { Version } from '#units/version';

/** What the installed QEMU says of itself when it is run; each undefined where it was not asked. */
export interface AskedQemu {
  /** Names of options, without dashes. */
  readonly options: ReadonlySet<string> | undefined;
  /** Names of device drivers. */
  readonly drivers: ReadonlySet<string> | undefined;
  /** Properties of those drivers that were asked for. */
  readonly properties: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a host offers guests. */
export interface Offer {
  readonly capabilities: Capabilities | undefined;
  /** For the guest's own emulator, architecture, machine and type. */
  readonly domain: DomainCapabilities | undefined;
  readonly qemu: Version | undefined;
  /** What libvirt says of the emulator that the XML names, where it cannot use it. */
  readonly emulatorProblem: string | undefined;
  readonly asked: AskedQemu | undefined;
}

/** Something of a domain XML that the host's QEMU cannot do, or soon will not. */
export interface Break {
  /** `error`: the guest does not start. `warning`: it may not, or not after an upgrade. */
  readonly severity: 'error' | 'warning';
  readonly says: string;
  readonly wants: string | undefined;
  readonly element: XmlElement;
  readonly attribute?: string | undefined;
  /** Who says what is offered. */
  readonly source: string;
}
