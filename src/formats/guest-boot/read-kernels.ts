import { ImageFault } from '#formats/disk/image-fault';
import { PathFault } from '#formats/filesystem/path-fault';
import { bootFile, kernelVersion } from '#formats/guest-boot/boot-file';
import { blockedModules, kernelDrivers, moduleFolders } from '#formats/guest-boot/kernel-drivers';
import { moduleName } from '#formats/guest-boot/module-name';
import type { ReadMenu } from '#formats/guest-boot/read-menu';
import type { GuestTree } from '#formats/guest-disk/guest-tree';
import { type InitrdContent, readInitrd, type Unpack, UnpackFault } from '#formats/initrd/read-initrd';
import type { GuestInitrd, GuestKernel, GuestMenuEntry } from '#model/guest-boot';
import { compareNaturally } from '#units/natural-order';

/** The kernels of a guest, with the text of files in their initrds. */
interface ReadKernels {
  readonly kernels: readonly GuestKernel[];
  readonly menu: readonly GuestMenuEntry[];
  readonly nextKernel: string | undefined;
  /** By kernel: files of its initrd that may name devices. */
  readonly initrdTexts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly unread: readonly { readonly what: string; readonly why: string }[];
}

/** Files of an initrd that say how it loads drivers, or name devices. */
const isWanted = (name: string): boolean =>
  /^(?:init|linuxrc|run_all\.sh|scripts\/functions|conf\/modules|etc\/modules|etc\/crypttab|cryptroot\/crypttab|etc\/lvm\/lvm\.conf|etc\/mdadm\.conf|etc\/mdadm\/mdadm\.conf)$|^(?:etc\/cmdline\.d|conf\/conf\.d|boot|etc\/modules-load\.d|usr\/lib\/modules-load\.d)\/[^/]+$/.test(
    name,
  );

/** Kernels that are looked at: the newest ones. */
const mostKernels = 12;

/** Looks at the installed kernels: their drivers and initrds, and what the boot menu does with them. */
export async function readKernels(tree: GuestTree, menu: ReadMenu, unpack: Unpack): Promise<ReadKernels> {
  const unread: { what: string; why: string }[] = [];
  const initrds = new Map<string, string>();
  const versions = new Set<string>();
  let nextKernel: string | undefined;
  const entries = menu.entries.map((entry): GuestMenuEntry => {
    const file = bootFile(tree, entry.kernel);
    const version = file === undefined ? undefined : kernelVersion(tree, file);
    const found = entry.initrds.flatMap(each => bootFile(tree, each)?.path ?? []);
    const isRescue = /rescue|recovery|single|memtest/i.test(
      `${entry.title} ${entry.kernel} ${/\b(?:single|recovery)\b/.exec(entry.options)?.[0] ?? ''}`,
    );
    if (version !== undefined && (!isRescue || !versions.has(version))) {
      versions.add(version);
      // the last of several is the one with modules: microcode comes first
      const initrd = found.at(-1);
      if (initrd !== undefined && (!isRescue || !initrds.has(version))) initrds.set(version, initrd);
    }
    if (entry === menu.next) nextKernel = version;
    return { title: entry.title, version, initrds: found, root: rootOf(entry.options), isRescue, at: entry.at };
  });
  for (const version of installed(tree)) versions.add(version);
  const blocked = blockedModules(tree);
  const kernels: GuestKernel[] = [];
  const initrdTexts = new Map<string, ReadonlyMap<string, string>>();
  for (const version of [...versions].sort((a, b) => compareNaturally(b, a)).slice(0, mostKernels)) {
    const drivers = kernelDrivers(tree, version);
    if (drivers === undefined) {
      unread.push({
        what: `drivers of kernel ${version}`,
        why: 'there are neither lists of its modules nor its configuration',
      });
      continue;
    }
    const path = initrds.get(version) ?? initrdBeside(tree, version);
    const initrd = path === undefined ? undefined : await initrdOf(tree, path, unpack);
    if (initrd !== undefined) initrdTexts.set(version, initrd.texts);
    kernels.push({ version, drivers, initrd: initrd?.initrd, blocked });
  }
  return { kernels, menu: entries, nextKernel, initrdTexts, unread };
}

const rootOf = (options: string): string | undefined =>
  /(?:^|\s)root=("[^"]*"|\S+)/.exec(options)?.[1]?.replaceAll('"', '');

/** Versions of the kernels that lie in /boot, or beside their modules. */
function installed(tree: GuestTree): readonly string[] {
  const inBoot = tree.names('/boot').flatMap(name => {
    const version = /^(?:vmlinu[xz]|[iI]mage|bzImage)-(\d.*?)(?:\.gz)?$/.exec(name)?.[1];
    return version === undefined || name.endsWith('.old') ? [] : [version];
  });
  const beside = ['/lib/modules', '/usr/lib/modules'].flatMap(folder =>
    tree.names(folder).filter(version => tree.look(`${folder}/${version}/vmlinuz`) !== undefined),
  );
  return [...inBoot, ...beside].filter(version =>
    moduleFolders(version).some(folder => tree.look(folder) !== undefined),
  );
}

/** Where distributions put an initrd beside its kernel. */
function initrdBeside(tree: GuestTree, version: string): string | undefined {
  const names = [
    `initrd.img-${version}`,
    `initrd-${version}`,
    `initramfs-${version}.img`,
    `initrd-${version}.img`,
    `initramfs-${version}`,
  ];
  const found = [...names.map(name => `/boot/${name}`), ...moduleFolders(version).map(folder => `${folder}/initrd`)];
  return found.find(path => tree.look(path)?.stat.kind === 'file');
}

async function initrdOf(
  tree: GuestTree,
  path: string,
  unpack: Unpack,
): Promise<{ initrd: GuestInitrd; texts: ReadonlyMap<string, string> }> {
  try {
    const content = await readInitrd(at => tree.pieces(path, at), unpack, isWanted);
    return { initrd: describe(path, content), texts: content.texts };
  } catch (error) {
    if (!(error instanceof ImageFault || error instanceof UnpackFault || error instanceof PathFault)) throw error;
    const initrd: GuestInitrd = { path, unread: error.message, modules: new Set(), loads: 'by-name', named: new Set() };
    return { initrd, texts: new Map() };
  }
}

/** udev, and what asks the kernel for the aliases of its devices, loads a driver for each device; else a script names what it loads. */
function describe(path: string, { names, texts }: InitrdContent): GuestInitrd {
  const modules = new Set<string>();
  for (const name of names) {
    const module = moduleName(name);
    if (module !== undefined) modules.add(module);
  }
  const scripts = [...texts]
    .filter(([name]) => !name.startsWith('etc/') || /modules/.test(name))
    .map(([, text]) => text);
  const byDevice =
    [...names].some(name => /(?:^|\/)(?:systemd-udevd|udevd|udevadm|nlplug-findfs|eudev)$/.test(name)) ||
    scripts.some(text => /modalias/.test(text));
  const words = new Set(
    scripts.flatMap(text => text.match(/[\w-]{3,64}/g) ?? []).map(word => word.replaceAll('-', '_')),
  );
  return { path, unread: undefined, modules, loads: byDevice ? 'by-device' : 'by-name', named: words };
}
