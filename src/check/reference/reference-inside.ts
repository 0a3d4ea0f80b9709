/**
 * Files inside the reference guest, a SLES 15 SP5 without findings: its disk, network card, balloon, random number generator and serial
 * device are virtio, each with its driver.
 */
export const referenceInside: Readonly<Record<string, string>> = {
  '/etc/os-release':
    'NAME="SLES"\nID="sles"\nID_LIKE="suse"\nVERSION_ID="15.5"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP5"\n',
  '/proc/version': 'Linux version 5.14.21-150500.55.83-default (geeko@buildhost) (gcc) #1 SMP\n',
  '/proc/sys/kernel/osrelease': '5.14.21-150500.55.83-default\n',
  '/proc/cmdline': 'BOOT_IMAGE=/boot/vmlinuz root=UUID=6f1c0a5e-0d5c-4b9a-9a51-0f6f9c2d6f11 quiet\n',
  '/proc/modules': 'virtio_net 61440 0 - Live 0x0\nvirtio_blk 20480 3 - Live 0x0\n',
  '/proc/partitions': 'major minor  #blocks  name\n\n 254        0   20971520 vda\n 254        1   20970496 vda1\n',
  '/proc/swaps': 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
  '/etc/fstab': 'UUID=6f1c0a5e-0d5c-4b9a-9a51-0f6f9c2d6f11 / xfs defaults 0 0\n',
  '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'kvm-clock\n',
  '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock tsc hpet acpi_pm\n',
  '/sys/devices/system/cpu/present': '0-1\n',
  '/sys/devices/system/cpu/online': '0-1\n',
  // of a virtio disk the PCI vendor, of a SCSI disk its own
  '/sys/block/vda/device/vendor': '0x1af4\n',
  '/sys/block/vda/queue/scheduler': '[none] mq-deadline kyber bfq\n',
  '/sys/bus/virtio/devices/virtio0/uevent': 'DRIVER=virtio_console\nMODALIAS=virtio:d00000003v00001AF4\n',
  '/sys/bus/virtio/devices/virtio1/uevent': 'DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4\n',
  '/sys/bus/virtio/devices/virtio2/uevent': 'DRIVER=virtio_blk\nMODALIAS=virtio:d00000002v00001AF4\n',
  '/sys/bus/virtio/devices/virtio3/uevent': 'DRIVER=virtio_balloon\nMODALIAS=virtio:d00000005v00001AF4\n',
  '/sys/bus/virtio/devices/virtio4/uevent': 'DRIVER=virtio_rng\nMODALIAS=virtio:d00000004v00001AF4\n',
  '/sys/devices/virtual/misc/hw_random/rng_available': 'virtio_rng.0\n',
  '/sys/devices/virtual/misc/hw_random/rng_current': 'virtio_rng.0\n',
  '/etc/systemd/logind.conf': '[Login]\n#HandlePowerKey=poweroff\n',
  '/etc/systemd/system/default.target': '[Unit]\nDescription=Multi-User System\n',
  '/etc/systemd/system/timers.target.wants/fstrim.timer':
    '[Unit]\nDescription=Discard unused blocks once a week\n[Timer]\nOnCalendar=weekly\nRandomizedDelaySec=6000\n',
};
