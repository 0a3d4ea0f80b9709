import { matchesGlob } from '#units/glob';

/** Folders in which systemd looks for units (systemd.unit(5)), the strongest first. */
export const unitFolders = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'] as const;

/**
 * The closed list of files that a guest agent is asked for, and that the script for a facts file reads: knobs of the kernel and a few
 * settings, none of which holds secrets by its nature. `*` stands for one name.
 */
export const readablePaths: readonly string[] = [
  '/etc/os-release',
  '/usr/lib/os-release',
  '/proc/version',
  '/proc/sys/kernel/osrelease',
  '/proc/cmdline',
  '/proc/modules',
  '/proc/partitions',
  '/proc/swaps',
  '/etc/fstab',
  '/etc/crontab',
  '/sys/kernel/mm/transparent_hugepage/enabled',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource',
  '/sys/devices/system/clocksource/clocksource0/available_clocksource',
  '/sys/devices/system/cpu/online',
  '/sys/devices/system/cpu/present',
  '/sys/block/*/queue/scheduler',
  '/sys/block/*/device/vendor',
  '/sys/block/*/dm/name',
  '/sys/block/*/dm/uuid',
  '/etc/systemd/logind.conf',
  '/usr/lib/systemd/logind.conf',
  '/sys/bus/virtio/devices/*/uevent',
  '/sys/devices/virtual/misc/hw_random/rng_available',
  '/sys/devices/virtual/misc/hw_random/rng_current',
  ...unitFolders.map(folder => `${folder}/default.target`),
  '/etc/systemd/system/display-manager.service',
  '/etc/systemd/system/*.target.wants/*.service',
  '/etc/systemd/system/timers.target.wants/*.timer',
  '/etc/systemd/system/*.timer.d/override.conf',
];

/** Whether a path is on the closed list. What could mean another place (`..`) is not. */
export const isReadablePath = (path: string): boolean =>
  path.length <= 256 &&
  /^(?:\/[\w@:+.-]+)+$/.test(path) &&
  !/\/\.{1,2}(?:\/|$)/.test(path) &&
  readablePaths.some(pattern => matchesGlob(pattern, path));
