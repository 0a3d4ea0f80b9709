import type { XmlDocument } from '#formats/xml/xml-document';

/** One way in which a document departs from its schema. */
export interface SchemaFault {
  /** 1-based, as `XmlDocument.positionOf` counts. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** What is wrong, in words; quotes no text and no attribute value. */
  readonly message: string;
}

/** Judges documents by libvirt's schemas. */
export interface SchemaValidator {
  /**
   * The faults of a document in the order of its text; empty for a valid one. Undefined where there is no schema for
   * its kind. A valid document may still be refused by libvirt for its meaning.
   */
  validate(document: XmlDocument): readonly SchemaFault[] | undefined;
  /** Frees what the validator holds outside JavaScript's memory. */
  dispose(): void;
}

/** The schema file that judges a root element; names as libvirt ships them in /usr/share/libvirt/schemas. */
const schemaFiles = {
  domain: 'domain.rng',
  network: 'network.rng',
  pool: 'storagepool.rng',
  volume: 'storagevol.rng',
  capabilities: 'capability.rng',
  domainCapabilities: 'domaincaps.rng',
  device: 'nodedev.rng',
  domainsnapshot: 'domainsnapshot.rng',
  domaincheckpoint: 'domaincheckpoint.rng',
  domainbackup: 'domainbackup.rng',
  networkport: 'networkport.rng',
  filter: 'nwfilter.rng',
  filterbinding: 'nwfilterbinding.rng',
  interface: 'interface.rng',
  secret: 'secret.rng',
  storagepoolCapabilities: 'storagepoolcaps.rng',
} as const;

/** The name of the schema file for documents with this root element; undefined where libvirt has none. */
export function schemaFileFor(rootName: string): string | undefined {
  return isKnown(rootName) ? schemaFiles[rootName] : undefined;
}

function isKnown(name: string): name is keyof typeof schemaFiles {
  return Object.hasOwn(schemaFiles, name);
}
