/** One answer of libvirt, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly error: string; readonly remedy?: string | undefined };

/**
 * What one libvirt connection answered, as plain values in libvirt's own words and units: fetched live, or kept in a bundle. XML
 * documents are without secrets (never VIR_DOMAIN_XML_SECURE).
 */
export interface LibvirtAnswers {
  readonly uri: string;
  /** virConnectGetLibVersion: major × 1,000,000 + minor × 1,000 + release. */
  readonly libvirtVersion: Answer<number>;
  /** virConnectGetVersion: of the hypervisor (QEMU, Xen). */
  readonly hypervisorVersion: Answer<number>;
  readonly hostname: Answer<string>;
  /** virConnectGetCapabilities. */
  readonly capabilities: Answer<string>;
  /** virConnectGetDomainCapabilities, one document for each virtualization type, architecture and machine asked for. */
  readonly domainCapabilities: Answer<readonly string[]>;
  /** virNodeGetInfo: memory in KiB. */
  readonly node: Answer<NodeAnswer>;
  readonly domains: Answer<readonly DomainAnswer[]>;
  readonly networks: Answer<readonly NetworkAnswer[]>;
  readonly pools: Answer<readonly PoolAnswer[]>;
}

/** virNodeInfo. */
export interface NodeAnswer {
  readonly model: string;
  readonly memoryKib: number;
  readonly cpus: number;
  readonly mhz: number;
  readonly nodes: number;
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/** One domain. */
export interface DomainAnswer {
  readonly name: string;
  readonly uuid: string;
  /** virDomainState by number: 1 running, 5 shut off. */
  readonly state: Answer<number>;
  readonly persistent: Answer<boolean>;
  readonly autostart: Answer<boolean>;
  readonly managedSave: Answer<boolean>;
  /** virDomainGetXMLDesc with VIR_DOMAIN_XML_INACTIVE. */
  readonly xml: Answer<string>;
  /** virDomainGetXMLDesc of a domain that runs; undefined for one that is off. */
  readonly liveXml?: Answer<string> | undefined;
  /** virConnectGetAllDomainStats: `balloon.current`, `vcpu.0.time`, `block.0.capacity` … */
  readonly stats?: Readonly<Record<string, number | string | boolean>> | undefined;
}

/** One network. */
export interface NetworkAnswer {
  readonly name: string;
  readonly uuid: string;
  readonly active: boolean;
  readonly autostart: Answer<boolean>;
  readonly xml: Answer<string>;
}

/** One storage pool and its volumes. */
export interface PoolAnswer {
  readonly name: string;
  readonly uuid: string;
  readonly active: boolean;
  readonly xml: Answer<string>;
  /** Capacity, allocation, available, in bytes. */
  readonly info: Answer<{ readonly capacity: number; readonly allocation: number; readonly available: number }>;
  readonly volumes: Answer<readonly VolumeAnswer[]>;
}

/** One storage volume. */
export interface VolumeAnswer {
  readonly name: string;
  readonly path: string;
  readonly xml: Answer<string>;
}
