import { commandText, fileText, textIfThere } from '#collect/file-facts';
import { isControlDomain } from '#collect/host/hypervisor';
import { neverAbsent } from '#collect/never-absent';
import type { Reading } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseCpuinfo } from '#formats/proc/cpuinfo';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';

const dmi = '/sys/class/dmi/id';
const clocks = '/sys/devices/system/clocksource/clocksource0/available_clocksource';

/**
 * What this machine itself is a guest of, in the words of systemd-detect-virt: `kvm`, `qemu`, `xen`, `vmware`, `microsoft`, `oracle`,
 * `amazon`, `google`, `parallels`, `bhyve`, `apple`, `zvm`, `powervm`; `other` where a hypervisor shows that is none of these. Absent
 * on bare metal, in a logical partition of an IBM Z, and in a control domain of Xen.
 */
export const guestOf: Reading<string> = {
  says: 'the hypervisor that this machine itself runs under',
  ways: [
    { file: '/proc/xen/capabilities' },
    { file: `${dmi}/sys_vendor` },
    { file: `${dmi}/product_name` },
    { file: '/sys/hypervisor/type' },
    { file: clocks },
    { file: '/proc/sysinfo' },
    { file: '/proc/device-tree/hypervisor/compatible' },
    { file: '/proc/device-tree/compatible' },
    { file: '/proc/cpuinfo' },
    { command: ['systemd-detect-virt', '--vm'] },
  ],
  read(sources) {
    const control = isControlDomain(sources);
    const isControl = control.state === 'known' && control.value;
    // the clocks and the flag of a control domain are Xen's own; the firmware's names are the machine's
    if (isControl) {
      const firmware = fromFirmware(sources);
      return firmware.state === 'known' ? firmware : absent(...control.evidence);
    }
    const firmware = fromFirmware(sources);
    const marks = [fromXen(sources), firmware, fromClocks(sources), fromDeviceTree(sources)];
    return (
      marks.find(mark => mark.state === 'known') ??
      // these two also tell that there is no hypervisor; the firmware's names do so where nothing else could
      [fromSysinfo(sources), fromCpuinfo(sources), firmware].find(mark => mark.state !== 'unknown') ??
      fromCommand(sources)
    );
  },
};

/** Outside the control domain /sys/hypervisor/type names what one is a guest of. */
const fromXen = (sources: Sources): Known<string> =>
  chainKnown(fileText(sources, '/sys/hypervisor/type'), text =>
    text.trim() === 'xen' ? known('xen') : unknown(`/sys/hypervisor/type says ${JSON.stringify(text.slice(0, 40))}`),
  );

/** Names that hypervisors give to the firmware of their guests: vendor and product of the system. */
const firmwareNames: readonly (readonly [vendor: RegExp, product: RegExp, name: string])[] = [
  [/^QEMU$/, /^/, 'qemu'],
  [/^Red Hat$/, /^(?:KVM|RHEV|OpenStack|oVirt)/, 'kvm'],
  [/^(?:oVirt|OpenStack Foundation|Nutanix|KubeVirt)\b/, /^/, 'kvm'],
  [/^VMware/, /^/, 'vmware'],
  [/^Microsoft Corporation$/, /^Virtual Machine$/, 'microsoft'],
  [/^(?:innotek GmbH|Oracle Corporation)$/, /^VirtualBox$/, 'oracle'],
  [/^Xen$/, /^/, 'xen'],
  // a bare-metal instance says `….metal` in the same fields
  [/^Amazon EC2$/, /^(?!.*\.metal)/, 'amazon'],
  [/^Google$/, /^Google Compute Engine$/, 'google'],
  [/^Parallels/, /^/, 'parallels'],
  [/^(?:BHYVE|FreeBSD)$/, /^BHYVE$/, 'bhyve'],
  [/^Apple Inc\.$/, /^Apple Virtualization/, 'apple'],
  [/^Bochs$/, /^/, 'bochs'],
];

/** Known: a hypervisor's name; absent: a name that is none; unknown: no name was to be had. */
function fromFirmware(sources: Sources): Known<string> {
  const vendor = textIfThere(sources, `${dmi}/sys_vendor`);
  if (vendor === undefined) return unknown('the firmware names no vendor');
  const product = textIfThere(sources, `${dmi}/product_name`) ?? '';
  const name = firmwareNames.find(([ofVendor, ofProduct]) => ofVendor.test(vendor) && ofProduct.test(product))?.[2];
  const said = { from: `${dmi}/sys_vendor, product_name`, value: `${vendor} ${product}`.trim() };
  if (name === undefined) return absent(said);
  // QEMU's firmware is the same under emulation; KVM lends its guests a clock
  const hasKvmClock = name === 'qemu' && /\bkvm-clock\b/.test(textIfThere(sources, clocks) ?? '');
  return hasKvmClock ? known('kvm', said, { from: clocks, value: 'kvm-clock' }) : known(name, said);
}

/** Clocks that only a hypervisor offers (linux: arch/x86/kernel/kvmclock.c, drivers/clocksource/hyperv_timer.c, arch/x86/xen/time.c). */
const lentClocks: readonly (readonly [RegExp, string])[] = [
  [/\bkvm-clock\b/, 'kvm'],
  [/\bhyperv_clocksource/, 'microsoft'],
  [/\bxen\b/, 'xen'],
];

const fromClocks = (sources: Sources): Known<string> =>
  chainKnown(fileText(sources, clocks), text => {
    const lent = lentClocks.find(([clock]) => clock.test(text));
    return lent === undefined ? unknown('no clock of a hypervisor is offered') : known(lent[1]);
  });

/** Arm and POWER: linux Documentation/devicetree; lists end each word with a zero byte. */
function fromDeviceTree(sources: Sources): Known<string> {
  const node = fileText(sources, '/proc/device-tree/hypervisor/compatible');
  if (node.state === 'known') {
    const words = node.value.split('\0');
    if (words.includes('linux,kvm')) return known('kvm', ...node.evidence);
    if (words.some(word => word.startsWith('xen,'))) return known('xen', ...node.evidence);
  }
  return chainKnown(fileText(sources, '/proc/device-tree/compatible'), text =>
    text.split('\0').some(word => word.startsWith('qemu,') || word === 'linux,dummy-virt')
      ? known('qemu')
      : unknown('the device tree names no hypervisor'),
  );
}

/** IBM Z: /proc/sysinfo (linux: arch/s390/kernel/sysinfo.c) has a block `VM00` where a hypervisor runs between machine and guest. */
function fromSysinfo(sources: Sources): Known<string> {
  const text = textIfThere(sources, '/proc/sysinfo');
  if (text === undefined || !text.startsWith('Manufacturer:')) return unknown('/proc/sysinfo does not tell');
  const line = /^VM00 Control Program:\s*(.{1,64})$/m.exec(text);
  if (line?.[1] === undefined) return absent({ from: '/proc/sysinfo', value: 'no VM00' });
  const name = line[1].startsWith('KVM') ? 'kvm' : line[1].startsWith('z/VM') ? 'zvm' : 'other';
  return known(name, { from: '/proc/sysinfo', value: line[0] });
}

/** x86 has a flag for it (CPUID.1:ECX[31]); POWER names its platform. */
function fromCpuinfo(sources: Sources): Known<string> {
  const fields = parseCpuinfo(textIfThere(sources, '/proc/cpuinfo') ?? '')?.fields;
  const flags = fields?.get('flags');
  if (flags !== undefined) {
    const from = '/proc/cpuinfo, flags';
    return /\bhypervisor\b/.test(flags)
      ? known('other', { from, value: 'hypervisor' })
      : absent({ from, value: 'no hypervisor' });
  }
  const platform = fields?.get('platform') ?? '';
  const said = { from: '/proc/cpuinfo, platform', value: `${platform} ${fields?.get('machine') ?? ''}`.trim() };
  if (platform === 'pSeries') return known(/qemu/i.test(said.value) ? 'qemu' : 'powervm', said);
  return platform === 'PowerNV' ? absent(said) : unknown('/proc/cpuinfo does not tell');
}

function fromCommand(sources: Sources): Known<string> {
  const output = commandText(sources, ['systemd-detect-virt', '--vm']);
  if (output.state !== 'known') return neverAbsent(output, 'systemd-detect-virt --vm');
  const word = output.value.trim();
  if (word === 'none') return absent(...output.evidence);
  return /^[a-z0-9-]{1,32}$/.test(word)
    ? known(word, ...output.evidence)
    : unknown('systemd-detect-virt gave no name', 'systemd-detect-virt --vm');
}
