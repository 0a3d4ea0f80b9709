/** What libvirt's calls are about: how a domain, a network and so on are named in messages. Each is a plain value that can be kept and sent again. */
import { type Codec, int32, looseText, struct, text } from '#formats/libvirt-rpc/codec';
import { uuid } from '#formats/libvirt-rpc/uuid';

/** A guest, as libvirt names it. */
export interface Domain {
  readonly name: string;
  readonly uuid: string;
  /** Number of the running instance; −1 where it was not running when it was looked up. */
  readonly id: number;
}

/** A virtual network. */
export interface Network {
  readonly name: string;
  readonly uuid: string;
}

/** A storage pool. */
export interface StoragePool {
  readonly name: string;
  readonly uuid: string;
}

/** A storage volume. */
export interface StorageVolume {
  /** Name of its pool. */
  readonly pool: string;
  readonly name: string;
  /** Unique over all pools of the host; often the path. */
  readonly key: string;
}

/** A network interface of the host. */
export interface HostInterface {
  readonly name: string;
  readonly mac: string;
}

/** A device of the host, by its name in libvirt: `pci_0000_00_1f_2`. */
export interface NodeDevice {
  readonly name: string;
}

/** A snapshot or a checkpoint of a guest. */
export interface DomainMoment {
  readonly name: string;
  readonly domain: Domain;
}

/** How a guest is named in messages. */
export const domain: Codec<Domain> = struct({ name: text, uuid, id: int32 });
/** How a network is named. */
export const network: Codec<Network> = struct({ name: text, uuid });
/** How a storage pool is named. */
export const storagePool: Codec<StoragePool> = struct({ name: text, uuid });
/** How a volume is named; its names are those of files, so of any encoding. */
export const storageVolume: Codec<StorageVolume> = struct({ pool: text, name: looseText, key: looseText });
/** How an interface of the host is named. */
export const hostInterface: Codec<HostInterface> = struct({ name: text, mac: text });
/** How a device of the host is named. */
export const nodeDevice: Codec<NodeDevice> = struct({ name: text });
/** How a snapshot or checkpoint is named. */
export const domainMoment: Codec<DomainMoment> = struct({ name: text, domain });
