import { fileText, folderNames } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { libvirtReadings } from '#collect/host/libvirt';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { chainKnown, type Known, known, mapKnown, unknown } from '#model/known';

/**
 * What runs guests here. A Xen control domain shows `control_d` in /proc/xen/capabilities; /sys/hypervisor/type says `xen` in a guest
 * of Xen too. KVM works where the kernel offers its device: /dev/kvm, which is listed rather than opened, because opening it would
 * load modules; in a tree without /dev, the device class `misc` or the vendor's module (which loads only where the CPU can) tells.
 */
export const hypervisor: Reading<'kvm' | 'xen' | 'none'> = {
  says: 'whether guests run under KVM or Xen here',
  ways: [
    { file: '/proc/xen/capabilities' },
    { file: '/dev/*' },
    { file: '/sys/class/misc/*' },
    { file: '/proc/misc' },
    { file: '/proc/modules' },
    { call: 'virConnectGetURI' },
    { call: 'virConnectGetCapabilities' },
  ],
  read: sources =>
    firstOfAllWays(
      () => fromFiles(sources),
      () => fromLibvirt(sources),
    ),
};

function fromFiles(sources: Sources): Known<'kvm' | 'xen' | 'none'> {
  const control = isControlDomain(sources);
  if (control.state === 'known' && control.value) return known('xen', ...control.evidence);
  const devices = [
    folderHas(sources, '/dev', 'kvm'),
    folderHas(sources, '/sys/class/misc', 'kvm'),
    textHas(sources, '/proc/misc', /^\s*\d+ kvm$/m),
  ];
  const device = devices.find(look => look.state === 'known' && look.value);
  if (device !== undefined) return mapKnown(device, () => 'kvm');
  const looked = devices.filter(look => look.state !== 'unknown');
  if (looked.length === 0) return fromModules(sources);
  if (control.state === 'unknown') return control;
  return known('none', ...[control, ...looked].flatMap(look => look.evidence));
}

/** libvirt offers domains of type `kvm` where QEMU can use the device. */
function fromLibvirt(sources: Sources): Known<'kvm' | 'xen' | 'none'> {
  const uri = libvirtReadings.uri.read(sources);
  if (uri.state === 'known' && /^xen\b/.test(uri.value)) return mapKnown(uri, () => 'xen');
  return chainKnown(libvirtReadings.capabilities.read(sources), ({ guests }) => {
    const hasKvm = guests.some(({ domainTypes }) => domainTypes.includes('kvm'));
    return known(hasKvm ? 'kvm' : 'none', { from: 'capabilities/guest/arch/domain', value: hasKvm ? 'kvm' : 'no kvm' });
  });
}

/** A module that is loaded says yes; that none is loaded says nothing, for KVM may be built in. */
function fromModules(sources: Sources): Known<'kvm'> {
  const modules = textHas(sources, '/proc/modules', /^kvm_(?:intel|amd|hv|pr) /m);
  return modules.state === 'known' && modules.value
    ? mapKnown(modules, () => 'kvm')
    : unknown('neither /dev nor /sys/class/misc is at hand', 'ls -l /dev/kvm');
}

/** Whether this is Xen's control domain. Gives absent where there is no Xen at all. */
export function isControlDomain(sources: Sources): Known<boolean> {
  const path = '/proc/xen/capabilities';
  const text = fileText(sources, path);
  return text.state === 'known' ? known(/\bcontrol_d\b/.test(text.value), ...text.evidence) : text;
}

function folderHas(sources: Sources, folder: string, name: string): Known<boolean> {
  const names = folderNames(sources, folder);
  if (names.state !== 'known') return names;
  const has = names.value.includes(name);
  return known(has, { from: folder, value: has ? `holds ${name}` : `holds no ${name}` });
}

function textHas(sources: Sources, path: string, pattern: RegExp): Known<boolean> {
  const text = fileText(sources, path);
  if (text.state !== 'known') return text;
  const found = pattern.exec(text.value)?.[0].trim();
  return known(found !== undefined, { from: path, value: found ?? 'no kvm' });
}
