import type { Image } from '#model/image';
import type { Evidence, Known } from '#model/known';
import type { Bytes } from '#units/bytes';

/** A device element of a domain XML, and where it stands. */
export interface Device {
  /** Element name: `sound`, `input`. */
  readonly element: string;
  /** @model or @type. */
  readonly model: string | undefined;
  readonly at: Evidence;
}

/** disk, cdrom, floppy or lun. */
export interface Disk {
  /** target/@dev: `vda`, unique in a guest. */
  readonly target: string;
  readonly at: Evidence;
  /** @device: disk, cdrom, floppy, lun. */
  readonly device: string;
  /** @type: file (also where none is written), block, network, volume, nvme, dir, vhostuser, vhostvdpa. */
  readonly type: string;
  /** Path of a file or block device; pool/volume of a volume; undefined for an empty drive and for network disks. */
  readonly source: string | undefined;
  /** source/@protocol of a network disk. */
  readonly protocol: string | undefined;
  /** target/@bus. */
  readonly bus: string | undefined;
  /** driver/@type: raw, qcow2. */
  readonly format: string | undefined;
  readonly cache: string | undefined;
  readonly io: string | undefined;
  readonly discard: string | undefined;
  readonly detectZeroes: string | undefined;
  readonly errorPolicy: string | undefined;
  /** driver/@iothread. */
  readonly iothread: number | undefined;
  /** driver/iothreads/iothread/@id. */
  readonly iothreads: readonly number[];
  readonly queues: number | undefined;
  readonly isReadOnly: boolean;
  readonly isShareable: boolean;
  readonly isTransient: boolean;
  /** source/reservations: SCSI persistent reservations; undefined where there are none. */
  readonly reservations: Reservations | undefined;
  readonly rawio: boolean;
  readonly sgio: string | undefined;
  /** encryption/@format of the disk or its source: luks, qcow; undefined where there is none. */
  readonly encryption: string | undefined;
  /** driver/metadata_cache/max_size of qcow2 (libvirt 7.0). */
  readonly metadataCache: Bytes | undefined;
  /** address/@controller for scsi, ide, sata disks. */
  readonly controller: number | undefined;
  readonly unit: number | undefined;
  /** backingStore layers recorded in the XML: format and path, top first. */
  readonly backing: readonly { readonly format: string | undefined; readonly source: string | undefined }[];
  /** Facts of the image behind it. */
  readonly image: Known<Image>;
}

/** source/reservations: who speaks to the storage for the guest. */
export interface Reservations {
  /** @managed yes: libvirt starts a qemu-pr-helper for the guest; else the one at `socket` is used. */
  readonly isManaged: boolean;
  /** source/@path of an unmanaged one. */
  readonly socket: string | undefined;
  /** source/@mode: client is the only one. */
  readonly mode: string | undefined;
}

/** interface. */
export interface NetworkInterface {
  /** MAC address, in lower case; undefined where the XML names none. */
  readonly mac: string | undefined;
  /** Name for people: target/@dev, else alias, else its MAC or number. */
  readonly name: string;
  readonly at: Evidence;
  /** @type: network, bridge, direct, ethernet, user, hostdev, vdpa, vhostuser, internal … */
  readonly type: string;
  /** source: network, bridge or device name. */
  readonly source: string | undefined;
  readonly model: string | undefined;
  /** driver/@name: vhost, qemu, vfio. */
  readonly driver: string | undefined;
  readonly queues: number | undefined;
  /** teaming/@type: persistent, transient. */
  readonly teaming: string | undefined;
  /** backend/@type of a user interface: passt. */
  readonly backend: string | undefined;
  /** address type of a hostdev interface: `pci 0000:01:10.0`. */
  readonly hostAddress: string | undefined;
}

/** controller. */
export interface Controller {
  readonly at: Evidence;
  /** scsi, pci, usb, sata, ide, virtio-serial … */
  readonly type: string;
  readonly index: number | undefined;
  readonly model: string | undefined;
  readonly iothread: number | undefined;
  readonly queues: number | undefined;
}

/** hostdev: a device of the host given to the guest. */
export interface HostDevice {
  readonly at: Evidence;
  /** @mode: subsystem, capabilities. */
  readonly mode: string;
  /** pci, usb, scsi, scsi_host, mdev, storage, misc, net. */
  readonly type: string;
  /** `0000:01:00.0`, `uuid`, `host0:0:1:2`. */
  readonly address: string | undefined;
  readonly isManaged: boolean;
  /** driver/@name: vfio, kvm. */
  readonly driver: string | undefined;
  readonly teaming: string | undefined;
  readonly isShareable: boolean;
}

/** filesystem: a folder of the host in the guest. */
export interface Filesystem {
  readonly at: Evidence;
  /** driver/@type: virtiofs, path … */
  readonly driver: string | undefined;
}

/** memballoon. */
export interface Balloon {
  readonly at: Evidence;
  /** virtio, virtio-transitional, virtio-non-transitional, xen, none. */
  readonly model: string;
  /** @autodeflate on. */
  readonly autodeflate: boolean;
  /** @freePageReporting: on, off; undefined where it is not said. */
  readonly freePageReporting: string | undefined;
  /** stats/@period, in seconds. */
  readonly statsPeriod: number | undefined;
}

/** memory: a memory device. */
export interface MemoryDevice {
  readonly at: Evidence;
  /** dimm, nvdimm, virtio-mem, virtio-pmem, sgx-epc. */
  readonly model: string;
  /** target/size. */
  readonly size: Bytes;
  /** target/node: the guest cell. */
  readonly node: number | undefined;
  /** source/pagesize. */
  readonly pageSize: Bytes | undefined;
  /** source/nodemask, as text. */
  readonly nodemask: string | undefined;
  /** target/block of virtio-mem. */
  readonly block: Bytes | undefined;
  /** target/requested of virtio-mem. */
  readonly requested: Bytes | undefined;
  /** target/current of virtio-mem (live). */
  readonly current: Bytes | undefined;
  /** @access: shared, private. */
  readonly access: string | undefined;
}

/** rng. */
export interface Rng {
  readonly at: Evidence;
  readonly model: string | undefined;
  /** backend/@model: random, egd, builtin. */
  readonly backend: string | undefined;
  /** backend text: /dev/urandom. */
  readonly path: string | undefined;
  readonly rate: { readonly bytes: number; readonly periodMs: number | undefined } | undefined;
}

/** graphics. */
export interface Graphics {
  readonly at: Evidence;
  /** vnc, spice, … */
  readonly type: string;
  readonly listen: readonly string[];
  readonly keymap: string | undefined;
  readonly autoport: boolean;
  /** port; undefined where libvirt is to choose one (-1, or none written). */
  readonly port: number | undefined;
  /** Whether a password stands in the XML that was read; the XML without secrets never shows one. */
  readonly hasPassword: boolean;
}

/** video. */
export interface Video {
  readonly at: Evidence;
  /** model/@type; undefined where the XML names none. */
  readonly model: string | undefined;
  /** vram; libvirt's unit is KiB. */
  readonly vram: Bytes | undefined;
  readonly heads: number | undefined;
  readonly hasAcceleration: boolean;
}

/** channel. */
export interface Channel {
  readonly at: Evidence;
  readonly type: string;
  /** target/@name: org.qemu.guest_agent.0. */
  readonly name: string | undefined;
  /** target/@state (live): connected, disconnected. */
  readonly state: string | undefined;
}

/** tpm. */
export interface Tpm {
  readonly at: Evidence;
  readonly model: string | undefined;
  /** backend/@type: emulator, passthrough, external. */
  readonly backend: string | undefined;
  readonly version: string | undefined;
}

/** watchdog. */
export interface Watchdog {
  readonly at: Evidence;
  readonly model: string;
  readonly action: string | undefined;
}
