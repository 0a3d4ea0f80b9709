import { fileFact } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseModules } from '#formats/proc/modules';
import type { Module } from '#model/kernel';
import { known } from '#model/known';

/** Modules whose presence or parameters say something about a virtualization host. */
const modulesThatMatter = [
  'kvm',
  'kvm_intel',
  'kvm_amd',
  'vhost',
  'vhost_net',
  'vhost_vsock',
  'tun',
  'macvtap',
  'vfio',
  'vfio_pci',
  'vfio_iommu_type1',
  'zswap',
  'zram',
  'nbd',
  'nfs',
  'nfsd',
  'dm_multipath',
  'scsi_mod',
  'nvme_core',
  'bfq',
  'tcm_vhost',
  'vboxdrv',
  'vmmon',
] as const;

/** Loaded modules, those built into the kernel too where they have parameters; linux: Documentation/ABI/stable/sysfs-module. */
export const modules: Reading<readonly Module[]> = {
  says: 'kernel modules that matter here, and their parameters',
  ways: [{ file: '/proc/modules' }, { file: '/sys/module/*' }, { file: '/sys/module/*/parameters/*' }],
  read(sources) {
    // absent: a kernel without loadable modules
    const loaded = fileFact(sources, '/proc/modules', parseModules);
    const folder = sources.files.list('/sys/module');
    const present = folder.outcome === 'ok' ? folder.value : [];
    if (loaded.state === 'unknown') return loaded;
    const names = new Set([...(loaded.state === 'known' ? loaded.value : []), ...present]);
    const found = modulesThatMatter.filter(name => names.has(name)).map(name => moduleOf(sources, name));
    const value = found.map(({ name }) => name).join(' ') || 'none of those that matter';
    return known(found, { from: '/proc/modules, /sys/module', value });
  },
};

function moduleOf(sources: Sources, name: string): Module {
  const folder = `/sys/module/${name}/parameters`;
  const list = sources.files.list(folder);
  const parameters = new Map<string, string>();
  const unreadable: string[] = [];
  for (const parameter of list.outcome === 'ok' ? list.value : []) {
    const text = sources.files.read(`${folder}/${parameter}`);
    if (text.outcome === 'ok') parameters.set(parameter, text.value.trim());
    else unreadable.push(parameter);
  }
  return { name, parameters, unreadable };
}
