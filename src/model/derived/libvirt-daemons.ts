import type { Service } from '#model/service';

/** Whether a unit is of effect: it runs, or starts at boot. */
export const isOn = ({ isEnabled, isActive }: Service): boolean => isEnabled === true || isActive === true;

/** Gives the installed units of libvirt's one daemon for all, and those of the daemons of hypervisors; libvirt: daemons. */
export function libvirtDaemons(services: readonly Service[]): {
  readonly monolithic: readonly Service[];
  readonly modular: readonly Service[];
  readonly namesOn: (units: readonly Service[]) => string;
} {
  const installed = services.filter(({ isInstalled }) => isInstalled);
  return {
    monolithic: installed.filter(({ name }) => name.startsWith('libvirtd')),
    modular: installed.filter(({ name }) => /^virt(?:qemud|xend)\./.test(name)),
    namesOn: units => listOn(units).join(', '),
  };
}

const listOn = (units: readonly Service[]): readonly string[] => units.filter(isOn).map(({ name }) => name);

/** Takes libvirtd out of service. `disable` takes no wildcards, so the units are named. */
export const stopMonolithic = 'systemctl disable --now libvirtd.service libvirtd{,-ro,-admin,-tcp,-tls}.socket';

/** Puts the daemons of each driver into service. */
export const startModular =
  'for d in qemu interface network nodedev nwfilter secret storage; do systemctl enable "virt"$d"d.service"; systemctl enable --now "virt"$d"d"{,-ro,-admin}.socket; done; systemctl enable --now virtproxyd{,-ro,-admin}.socket';

/** The units that serve each driver and old connections, and are meant to be on; libvirt: daemons, switching to modular daemons. */
export const driverUnits = (services: readonly Service[]): readonly Service[] =>
  services.filter(
    ({ name, isInstalled }) =>
      isInstalled &&
      /^virt(?:qemu|xen|interface|network|nodedev|nwfilter|secret|storage)d(?:\.service|(?:-ro|-admin)?\.socket)$|^virtproxyd(?:-ro|-admin)?\.socket$/.test(
        name,
      ),
  );

/** The units of the one daemon for all drivers, but those for other hosts. */
export const oneForAllUnits = (services: readonly Service[]): readonly Service[] =>
  services.filter(
    ({ name, isInstalled }) => isInstalled && /^libvirtd(?:\.service|(?:-ro|-admin)?\.socket)$/.test(name),
  );
