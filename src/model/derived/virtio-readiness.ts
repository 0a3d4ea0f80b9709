import { deviceNameFate } from '#model/derived/device-name-fate';
import type { DeviceMention, GuestBoot, GuestKernel } from '#model/guest-boot';
import type { DiskBus, Readiness, ReadinessPoint } from '#model/readiness';

/** Drivers that a kernel needs to find its root on a bus. */
const driversOf: Readonly<Record<DiskBus, readonly string[]>> = {
  'virtio-blk': ['virtio_pci', 'virtio_blk'],
  // disks of SCSI are sd's
  'virtio-scsi': ['virtio_pci', 'virtio_scsi', 'sd_mod'],
};

/** What is gathered on the way to a verdict. */
interface Findings {
  readonly against: ReadinessPoint[];
  readonly proof: ReadinessPoint[];
  readonly remarks: ReadinessPoint[];
  readonly conditions: string[];
  readonly unread: { what: string; why: string }[];
}

const findings = (): Findings => ({ against: [], proof: [], remarks: [], conditions: [], unread: [] });

const verdictOf = ({ against, unread }: Findings): Readiness['verdict'] =>
  against.length > 0 ? 'unsafe' : unread.length > 0 ? 'unknown' : 'safe';

/** Says whether a guest comes up when its disks are switched to a bus: its kernels find the disk, and what names a disk names the same one then. */
export function diskReadiness(boot: GuestBoot, bus: DiskBus): Readiness {
  const found = findings();
  found.unread.push(...boot.unread);
  judgeKernels(boot, bus, found);
  judgeDevices(boot, bus, found);
  return { target: bus, verdict: verdictOf(found), ...found };
}

/** The kernel that is booted next decides; where that is not known, all do. */
function judgeKernels(boot: GuestBoot, bus: DiskBus, found: Findings): void {
  const decides = (kernel: GuestKernel): boolean => boot.nextKernel === undefined || kernel.version === boot.nextKernel;
  for (const kernel of boot.kernels) {
    const own = findings();
    for (const driver of driversOf[bus]) judgeDriver(kernel, driver, own);
    found.proof.push(...own.proof);
    if (decides(kernel)) {
      found.against.push(...own.against);
      found.unread.push(...own.unread);
    } else
      found.remarks.push(
        ...own.against.map(each => ({ ...each, says: `${each.says}; it is not the kernel that is booted next` })),
      );
  }
  if (boot.nextKernel !== undefined && !boot.kernels.some(({ version }) => version === boot.nextKernel))
    found.unread.push({
      what: `drivers of kernel ${boot.nextKernel}, which is booted next`,
      why: 'its modules are not there',
    });
}

function judgeDriver(kernel: GuestKernel, driver: string, found: Findings): void {
  const { version, drivers, initrd } = kernel;
  const known = drivers.get(driver);
  if (known === undefined || known.form === 'missing') {
    found.against.push({
      says: `kernel ${version} has no driver ${driver}`,
      at: known?.at ?? '',
      doThis: 'install a kernel that has it',
    });
    return;
  }
  if (known.form === 'built-in') {
    found.proof.push({ says: `kernel ${version} has ${driver} built in`, at: known.at });
    return;
  }
  const blocked = kernel.blocked.get(driver);
  if (blocked !== undefined) found.against.push({ says: `${driver} is kept from being loaded`, at: blocked });
  if (initrd === undefined) {
    found.against.push({
      says: `kernel ${version} has ${driver} as a module, and no initrd to load it from`,
      at: known.at,
      doThis: rebuild(version),
    });
    return;
  }
  if (initrd.unread !== undefined) {
    found.unread.push({ what: `${initrd.path}: whether it holds ${driver}`, why: initrd.unread });
    return;
  }
  const missing = [...known.needs, driver].filter(
    each => !initrd.modules.has(each) && drivers.get(each)?.form !== 'built-in',
  );
  if (missing.length > 0) {
    const what = missing.includes(driver)
      ? `does not hold ${driver}`
      : `holds ${driver} without ${missing.join(', ')}, which it needs`;
    found.against.push({
      says: `the initrd of kernel ${version} ${what}: it would not find its root file system`,
      at: initrd.path,
      doThis: rebuild(version),
    });
  } else if (initrd.loads === 'by-name' && !initrd.named.has(driver))
    found.unread.push({
      what: `${initrd.path}: whether it loads ${driver}`,
      why: 'it holds the driver, has no udev, and its scripts do not name it',
    });
  else found.proof.push({ says: `the initrd of kernel ${version} holds ${driver}`, at: initrd.path });
}

const rebuild = (version: string): string =>
  `in the guest: dracut --force --add-drivers "virtio_blk virtio_scsi virtio_pci" --kver ${version}; on Debian and Ubuntu add them to /etc/initramfs-tools/modules, then update-initramfs -u -k ${version}`;

/** How a use of a device is told. */
const useWords: Readonly<Record<DeviceMention['use'], string>> = {
  root: 'the root file system',
  mount: 'a file system',
  swap: 'swap',
  resume: 'what it resumes from',
  crypt: 'an encrypted disk',
  lvm: 'what LVM looks at',
  raid: 'what MD RAID looks at',
  'boot-loader': 'what the boot loader is told',
};

function judgeDevices(boot: GuestBoot, bus: DiskBus, found: Findings): void {
  const seen = new Set<string>();
  for (const mention of boot.devices) {
    const { use, device, file, line, text, isOptional, kernel } = mention;
    const key = `${file}:${line}:${device}`;
    if (seen.has(key) || device === '') continue;
    seen.add(key);
    const at = `${file}:${line}`;
    const fate = deviceNameFate(device, bus);
    const counts = !isOptional && (kernel === undefined || boot.nextKernel === undefined || kernel === boot.nextKernel);
    if (fate === 'goes') {
      const doThis = use === 'lvm' ? 'let it name no disk of one bus' : 'name it by UUID (blkid tells it)';
      (counts ? found.against : found.remarks).push({
        says: `${useWords[use]} is named ${device}, which there is not on ${bus}`,
        at,
        text,
        doThis,
      });
    } else if (fate === 'order') {
      found.remarks.push({
        says: `${useWords[use]} is named ${device}: right as long as the disks keep their order`,
        at,
        text,
      });
      if (!isOptional) found.conditions.push('the disks keep their order');
    } else if (use === 'root' || use === 'mount') found.proof.push({ says: `${useWords[use]} is named ${device}`, at });
  }
  found.conditions.splice(0, found.conditions.length, ...new Set(found.conditions));
}

/** Says whether a guest finds its network when its card is switched to virtio-net, MAC address and place on the bus staying as they are. */
export function networkReadiness(boot: GuestBoot): Readiness {
  const found = findings();
  const decides = ({ version }: GuestKernel): boolean => boot.nextKernel === undefined || version === boot.nextKernel;
  found.unread.push(...boot.unread.filter(({ what }) => /files|kernel/.test(what)));
  for (const kernel of boot.kernels.filter(decides)) {
    for (const driver of ['virtio_pci', 'virtio_net']) {
      const known = kernel.drivers.get(driver);
      const blocked = kernel.blocked.get(driver);
      const isThere = known !== undefined && known.form !== 'missing';
      if (!isThere)
        found.against.push({ says: `kernel ${kernel.version} has no driver ${driver}`, at: known?.at ?? '' });
      else if (blocked !== undefined && known.form === 'module')
        found.against.push({ says: `${driver} is kept from being loaded`, at: blocked });
      else
        found.proof.push({
          says: `kernel ${kernel.version} has ${driver}${known.form === 'built-in' ? ' built in' : ' as a module'}`,
          at: known.at,
        });
    }
  }
  for (const { by, value, file, line, text } of boot.network) {
    const point = { at: `${file}:${line}`, text };
    if (by === 'driver' && !value.startsWith('virtio'))
      found.against.push({
        ...point,
        says: `the network is bound to the driver ${value}`,
        doThis: 'bind it to the MAC address',
      });
    else if (by === 'path') {
      found.conditions.push('the card keeps its PCI address: leave its <address> as it is');
      found.remarks.push({ ...point, says: `the network is bound to a place on the bus: ${value}` });
    } else if (by === 'mac') {
      found.conditions.push('the card keeps its MAC address');
      found.proof.push({ ...point, says: `the network is bound to the MAC address ${value}` });
    } else if (by === 'name' && !/^eth\d/.test(value)) {
      found.conditions.push('the card keeps its PCI address: leave its <address> as it is');
      found.proof.push({
        ...point,
        says: `the network is configured for ${value}, a name made of the place on the bus`,
      });
    }
  }
  return { target: 'virtio-net', verdict: verdictOf(found), ...found, conditions: [...new Set(found.conditions)] };
}
