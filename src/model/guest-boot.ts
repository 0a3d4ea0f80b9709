/** What decides whether a guest that is off would come up with other virtual devices: read from its disk. */
export interface GuestBoot {
  readonly system: GuestSystem;
  /** Installed kernels, the newest first. */
  readonly kernels: readonly GuestKernel[];
  /** What its boot menu offers, in its order. */
  readonly menu: readonly GuestMenuEntry[];
  /** The version of the kernel that it boots next. Undefined: the menu does not tell. */
  readonly nextKernel: string | undefined;
  /** Places that name a device. */
  readonly devices: readonly DeviceMention[];
  /** Places that bind the network to a device. */
  readonly network: readonly NetworkBinding[];
  /** What could not be read, and matters. */
  readonly unread: readonly { readonly what: string; readonly why: string }[];
}

/** Which system it is. */
export interface GuestSystem {
  readonly kind: 'linux' | 'windows' | 'unknown';
  readonly name: string | undefined;
}

/** How a kernel has a driver. */
type DriverForm = 'built-in' | 'module' | 'missing';

/** A driver of a kernel. */
export interface KernelDriver {
  readonly form: DriverForm;
  /** The file that says so, with its line where it has one. */
  readonly at: string;
  /** Other modules that it needs, in the order of modules.dep. */
  readonly needs: readonly string[];
}

/** An installed kernel. */
export interface GuestKernel {
  readonly version: string;
  /** By the name of the driver, with `_`. */
  readonly drivers: ReadonlyMap<string, KernelDriver>;
  /** Undefined: none is named in the menu and none lies beside it. */
  readonly initrd: GuestInitrd | undefined;
  /** Where modules are kept from being loaded, by the name of the module. */
  readonly blocked: ReadonlyMap<string, string>;
}

/** The initrd of a kernel. */
export interface GuestInitrd {
  readonly path: string;
  /** Why it could not be read; undefined: it was. */
  readonly unread: string | undefined;
  /** Modules in it. */
  readonly modules: ReadonlySet<string>;
  /** How it finds the drivers of a device: udev does by itself; else it loads what its own script names. */
  readonly loads: 'by-device' | 'by-name';
  /** Modules that its scripts and lists name. */
  readonly named: ReadonlySet<string>;
}

/** An entry of a boot menu. */
export interface GuestMenuEntry {
  readonly title: string;
  /** Undefined: the file that it boots is not a kernel of /boot. */
  readonly version: string | undefined;
  readonly initrds: readonly string[];
  readonly root: string | undefined;
  readonly isRescue: boolean;
  readonly at: FilePlace;
}

/** A line of a file of the guest. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A device that a file of the guest names. */
export interface DeviceMention extends FilePlace {
  /** What it is used for. `root`: the root file system. */
  readonly use: 'root' | 'mount' | 'swap' | 'resume' | 'crypt' | 'lvm' | 'raid' | 'boot-loader';
  /** As written: /dev/sda2, UUID=…, a pattern of LVM. */
  readonly device: string;
  /** Whether the guest comes up without it. */
  readonly isOptional: boolean;
  /** Kernel whose menu entry or initrd says so; undefined: it holds for all. */
  readonly kernel?: string;
}

/** Something that binds the network to a device. */
export interface NetworkBinding extends FilePlace {
  /** To its MAC address, its place on the bus, its driver, or its name (`eth0`, `ens3`). */
  readonly by: 'mac' | 'path' | 'driver' | 'name';
  readonly value: string;
}
