import type { BlockDevice } from '#model/block-device';
import { writtenAtBoot } from '#model/derived/boot-write';
import { udevScheduler } from '#model/derived/udev-scheduler';
import type { Host } from '#model/host';
import { absent, type Known, known, unknown, valueIfKnown } from '#model/known';
import type { TunedSetting } from '#model/service';
import { matchesGlob } from '#units/glob';

/** The I/O scheduler that a device has after boot, and who chooses it. */
export interface SchedulerAtBoot {
  readonly value: string;
  /** `FILE:LINE`, or `the kernel`. */
  readonly owner: string;
  /** The file of the owner; undefined for the kernel. */
  readonly file: string | undefined;
  readonly by: 'kernel' | 'udev' | 'write' | 'tuned';
}

/**
 * Gives what chooses the scheduler of a device at boot: udev rules when it appears (the vendor's 60-io-scheduler.rules among them),
 * then tmpfiles.d and start-up scripts, then tuned; the last one wins. Nobody: the kernel's own choice. Absent for a device without a
 * request queue; unknown where a writer could not be read, or what it does could not be told.
 */
export function schedulerAtBoot(host: Pick<Host, 'kernel' | 'tuned'>, device: BlockDevice): Known<SchedulerAtBoot> {
  if (device.scheduler === undefined) {
    return absent({ from: `/sys/block/${device.name}/queue/scheduler`, value: 'no scheduler to choose' });
  }
  const { kernel, tuned } = host;
  if (tuned.settings.state === 'unknown') return tuned.settings;
  const settings = tuned.settings.state === 'known' ? tuned.settings.value : [];
  const ofTuned = settings.findLast(setting => setsScheduler(setting, device));
  if (ofTuned !== undefined) return byTuned(ofTuned);
  for (const folder of ['/sys/block', '/sys/class/block']) {
    const written = writtenAtBoot(kernel, `${folder}/${device.name}/queue/scheduler`);
    if (written.state === 'unknown') return written;
    if (written.state === 'absent') continue;
    const { value, owner } = written.value;
    if (value === undefined)
      return unknown(`what ${owner} writes to the scheduler of ${device.name} was not understood`);
    return known({ value, owner, file: owner.replace(/:\d+$/, ''), by: 'write' }, ...written.evidence);
  }
  if (kernel.schedulerRules.state === 'unknown') return kernel.schedulerRules;
  const files = kernel.schedulerRules.state === 'known' ? kernel.schedulerRules.value : [];
  const choice = udevScheduler(files, device, valueIfKnown(kernel.commandLine));
  if (choice === undefined) return byKernel(device);
  const { value, file, line } = choice;
  if (value === undefined)
    return unknown(`whether the udev rule ${file}:${line} is for ${device.name} was not to be told`);
  return known({ value, owner: `${file}:${line}`, file, by: 'udev' }, { from: `${file}:${line}`, value });
}

/** tuned's disk plugin takes only fixed disks of these kinds (tuned: plugin_disk.py). */
const tunedKinds = new Set(['scsi', 'virtio', 'xen', 'nvme']);

function setsScheduler({ plugin, key, devices }: TunedSetting, device: BlockDevice): boolean {
  if (plugin === 'sysfs') return matchesGlob(key, `/sys/block/${device.name}/queue/scheduler`);
  if (plugin !== 'disk' || key !== 'elevator') return false;
  return tunedKinds.has(device.kind) && device.isRemovable !== true && isNamed(devices ?? '', device.name);
}

/** Whether tuned's list of devices holds a name: patterns, `!` before those left out, all where none is named (tuned: device_matcher.py). */
export function isNamed(devices: string, name: string): boolean {
  const patterns = devices.split(/[\s,]+/).filter(pattern => pattern !== '');
  const positive = patterns.filter(pattern => !pattern.startsWith('!'));
  const isIn = (some: readonly string[]): boolean => some.some(pattern => matchesGlob(pattern, name));
  return (
    (positive.length === 0 || isIn(positive)) &&
    !isIn(patterns.flatMap(each => (each.startsWith('!') ? [each.slice(1)] : [])))
  );
}

function byTuned({ value, file, line, condition }: TunedSetting): Known<SchedulerAtBoot> {
  const owner = `${file}:${line}`;
  if (condition !== undefined)
    return unknown(`whether tuned's section at ${owner} holds here (${condition}) was not to be told`);
  return known({ value: value.trim(), owner, file, by: 'tuned' }, { from: owner, value });
}

/**
 * The kernel's own choice (linux: block/elevator.c, elevator_get_default): mq-deadline for one hardware queue, none for several; SCSI hosts
 * that share their tags over several queues count as one, so there both are its own.
 */
function byKernel(device: BlockDevice): Known<SchedulerAtBoot> {
  const evidence = {
    from: 'udev rules, tmpfiles.d, start-up scripts, tuned',
    value: `nothing chooses for ${device.name}`,
  };
  const queues = device.queues;
  if (queues === undefined) return unknown(`the number of hardware queues of ${device.name} is not known`);
  const first =
    queues === 1 && device.kind !== 'loop' && device.schedulers.includes('mq-deadline') ? 'mq-deadline' : 'none';
  const isEither = queues > 1 && device.kind === 'scsi' && device.scheduler === 'mq-deadline';
  return known(
    { value: isEither ? 'mq-deadline' : first, owner: 'the kernel', file: undefined, by: 'kernel' },
    evidence,
  );
}
