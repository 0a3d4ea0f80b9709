import type { Guest } from '#model/guest';
import { allKnown, chainKnown, type Known, known, unknown } from '#model/known';
import type { GuestCapability, Libvirt } from '#model/libvirt';
import { oncePer } from '#model/once-per';
import { compareVersions, parseVersion, type Version } from '#units/version';

/** A machine type of QEMU: its family and version. */
export interface MachineType {
  /** As it stands in the XML: `pc-q35-8.2`, `q35`. */
  readonly name: string;
  /** What the name stands for: `pc-q35-8.2`; undefined where libvirt was not asked and the name is an alias. */
  readonly canonical: string;
  /** What stands before the version: `pc-q35-`, `pc-i440fx-rhel`. Undefined where the name has no version. */
  readonly family: string | undefined;
  readonly version: Version | undefined;
  /** Whether it is one of upstream QEMU, whose versions are those of QEMU. */
  readonly isUpstream: boolean;
}

const upstream = /^(?:pc-q35|pc-i440fx|virt|pseries|s390-ccw-virtio)-$/;

/** Takes a name as QEMU writes it; gives its family and version. */
export function readMachineType(name: string, canonical = name): MachineType {
  const match = /^(.*?)(\d+\.\d+(?:\.\d+)?)$/.exec(canonical);
  const family = match?.[1];
  return {
    name,
    canonical,
    family,
    version: match?.[2] === undefined ? undefined : parseVersion(match[2]),
    isUpstream: family !== undefined && upstream.test(family),
  };
}

/** A machine type that this host offers. */
export interface OfferedMachine extends MachineType {
  readonly isDeprecated: boolean;
}

const kindOf = (osType: string | undefined, architecture: string | undefined): string =>
  JSON.stringify([osType, architecture]);

/** Reads the names of all machine types that libvirt offers, some hundreds, once for all guests; by kind of guest. */
const machinesOf = oncePer((offered: readonly GuestCapability[]): ReadonlyMap<string, readonly OfferedMachine[]> => {
  const byKind = new Map<string, OfferedMachine[]>();
  for (const { osType, architecture, machines } of offered) {
    const kind = kindOf(osType, architecture);
    const read = machines.map(
      ({ name, canonical, isDeprecated }): OfferedMachine => ({ ...readMachineType(name, canonical), isDeprecated }),
    );
    byKind.set(kind, [...(byKind.get(kind) ?? []), ...read]);
  }
  return byKind;
});

/** Gives the machine types that libvirt offers for a guest's architecture; absent where it offers none for it. */
export const offeredMachines = (guest: Guest, libvirt: Libvirt): Known<readonly OfferedMachine[]> =>
  chainKnown(allKnown({ os: guest.config.os, capabilities: libvirt.capabilities }), ({ os, capabilities }) => {
    const architecture = os.architecture ?? capabilities.architecture;
    const machines = machinesOf(capabilities.guests).get(kindOf(os.type, architecture)) ?? [];
    return machines.length === 0
      ? unknown(`libvirt names no machine types for ${architecture}`, 'virsh capabilities')
      : known(machines);
  });

/** Gives the machine type of a guest, an alias (`q35`) resolved by what libvirt offers; absent where the XML names none. */
export const machineTypeOf = (guest: Guest, offered: readonly OfferedMachine[] = []): MachineType | undefined => {
  const name = guest.config.os.state === 'known' ? guest.config.os.value.machine : undefined;
  return name === undefined ? undefined : (offered.find(one => one.name === name) ?? readMachineType(name));
};

/** Gives the newest machine type of the same family as a name, by version; undefined where the host offers none of it. */
export function newestOf(name: string, offered: readonly OfferedMachine[]): OfferedMachine | undefined {
  const known = newestByName(offered);
  if (!known.has(name)) known.set(name, findNewest(name, offered));
  return known.get(name);
}

/** What newestOf said of the machine types of a host: guests share a few. */
const newestByName = oncePer((_: readonly OfferedMachine[]) => new Map<string, OfferedMachine | undefined>());

function findNewest(name: string, offered: readonly OfferedMachine[]): OfferedMachine | undefined {
  const { family } = readMachineType(name, offered.find(one => one.name === name)?.canonical);
  let newest: OfferedMachine | undefined;
  for (const one of offered) {
    if (family === undefined || one.family !== family || one.version === undefined) continue;
    if (newest?.version === undefined || compareVersions(one.version, newest.version) > 0) newest = one;
  }
  return newest;
}
