import { moduleName } from '#formats/guest-boot/module-name';
import type { GuestTree } from '#formats/guest-disk/guest-tree';
import { parseKernelConfig } from '#formats/kernel-config';
import type { KernelDriver } from '#model/guest-boot';

/** Drivers of virtio that matter for booting and the network, with the option of the kernel that builds each. */
const virtioDrivers = {
  virtio_blk: 'CONFIG_VIRTIO_BLK',
  virtio_scsi: 'CONFIG_SCSI_VIRTIO',
  virtio_net: 'CONFIG_VIRTIO_NET',
  virtio_pci: 'CONFIG_VIRTIO_PCI',
  sd_mod: 'CONFIG_BLK_DEV_SD',
} as const;

/** Longest list of modules that is read. */
const longest = 16 * 1024 * 1024;

/**
 * Says how a kernel has drivers: modules.builtin and modules.dep in its folder, as depmod writes them (modules.dep(5)); the configuration beside the
 * kernel where the first is missing. Undefined where there is neither list.
 */
export function kernelDrivers(tree: GuestTree, version: string): ReadonlyMap<string, KernelDriver> | undefined {
  const folder = moduleFolders(version).find(path => tree.look(`${path}/modules.dep`) !== undefined);
  const builtIn = builtInDrivers(tree, version);
  if (folder === undefined && builtIn === undefined) return undefined;
  const drivers = new Map<string, KernelDriver>();
  const dependencies = folder === undefined ? undefined : tree.text(`${folder}/modules.dep`, longest);
  for (const [index, line] of (dependencies ?? '').split('\n').entries()) {
    const [path = '', needs = ''] = line.split(':', 2);
    const name = moduleName(path);
    if (name === undefined) continue;
    const at = `${folder}/modules.dep:${index + 1}`;
    const isThere =
      !(name in virtioDrivers) || tree.look(path.startsWith('/') ? path : `${folder}/${path}`) !== undefined;
    const needed = needs.split(/\s+/).flatMap(each => moduleName(each) ?? []);
    drivers.set(
      name,
      isThere
        ? { form: 'module', at, needs: needed }
        : { form: 'missing', at: `${at}: the file is not there`, needs: [] },
    );
  }
  for (const [name, at] of builtIn ?? []) drivers.set(name, { form: 'built-in', at, needs: [] });
  for (const name of Object.keys(virtioDrivers)) {
    if (!drivers.has(name))
      drivers.set(name, { form: 'missing', at: `${folder ?? '/boot'}: neither built in nor a module`, needs: [] });
  }
  return drivers;
}

/** Folders that can hold the modules of a kernel. */
export const moduleFolders = (version: string): readonly string[] => [
  `/lib/modules/${version}`,
  `/usr/lib/modules/${version}`,
];

function builtInDrivers(tree: GuestTree, version: string): ReadonlyMap<string, string> | undefined {
  for (const folder of moduleFolders(version)) {
    const text = tree.text(`${folder}/modules.builtin`, longest);
    if (text === undefined) continue;
    const found = new Map<string, string>();
    for (const [index, line] of text.split('\n').entries()) {
      const name = moduleName(line.trim());
      if (name !== undefined) found.set(name, `${folder}/modules.builtin:${index + 1}`);
    }
    return found;
  }
  const options = parseKernelConfig(tree.text(`/boot/config-${version}`, longest) ?? '');
  if (options === undefined) return undefined;
  const built = Object.entries(virtioDrivers).filter(([, option]) => options.get(option) === 'y');
  return new Map(built.map(([name, option]) => [name, `/boot/config-${version}: ${option}=y`]));
}

/** Gives the modules that files of modprobe.d keep from being loaded: `blacklist` by device, `install` with a program that does nothing in any way. */
export function blockedModules(tree: GuestTree): ReadonlyMap<string, string> {
  const blocked = new Map<string, string>();
  for (const folder of ['/etc/modprobe.d', '/usr/lib/modprobe.d', '/lib/modprobe.d', '/run/modprobe.d']) {
    for (const name of tree.names(folder)) {
      if (!name.endsWith('.conf')) continue;
      const file = `${folder}/${name}`;
      for (const [index, line] of (tree.text(file, 1024 * 1024) ?? '').split('\n').entries()) {
        const module = /^\s*(?:blacklist\s+(\S+)\s*$|install\s+(\S+)\s+(?:\/usr)?\/s?bin\/(?:true|false)\b)/.exec(line);
        const found = module?.[1] ?? module?.[2];
        if (found !== undefined) blocked.set(found.replaceAll('-', '_'), `${file}:${index + 1}`);
      }
    }
  }
  return blocked;
}
