import type { Change } from '#change/change';
import { setConfigKey } from '#change/kinds/config-key';
import { setDirtyLimit } from '#change/kinds/dirty-limit';
import { setMountEntryOptions } from '#change/kinds/fstab';
import { setHugePagePool } from '#change/kinds/huge-page-pool';
import { mountHugetlbfs } from '#change/kinds/hugetlbfs-mount';
import { setScheduler } from '#change/kinds/io-scheduler';
import { setKernelCommandLine } from '#change/kinds/kernel-command-line';
import { setKsm } from '#change/kinds/ksm';
import { setModuleOption } from '#change/kinds/modprobe-option';
import { setMountOption } from '#change/kinds/mount-option';
import { setService } from '#change/kinds/service';
import { setSysctl } from '#change/kinds/sysctl';
import { setSysfs } from '#change/kinds/sysfs';
import { setTunedProfile } from '#change/kinds/tuned-profile';
import { persistScheduler } from '#change/kinds/udev-rule';
import { gib, mib } from '#units/bytes';

const thp = '/sys/kernel/mm/transparent_hugepage';
const ksm = '/sys/kernel/mm/ksm';
const pool = '/sys/kernel/mm/hugepages/hugepages-2048kB';
const unit = (name: string): Readonly<Record<string, string>> => ({
  [`/usr/lib/systemd/system/${name}`]:
    '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
});

/** The files of a host before the plan: some hold secrets, some bytes that are no UTF-8, some end without a newline. */
export const filesBefore: Readonly<Record<string, string>> = {
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  '/etc/default/grub': '# mine\nGRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n',
  '/boot/grub/grub.cfg':
    'linux /vmlinuz # # mine GRUB_DEFAULT=0 GRUB_CMDLINE_LINUX_DEFAULT="quiet" GRUB_CMDLINE_LINUX="" \n',
  '/etc/sysctl.conf': '# nothing\n',
  '/etc/fstab':
    '# table\nUUID=6f1c / ext4 errors=remount-ro 0 1\nnas:/vm /var/lib/libvirt/images nfs4 soft,vers=4.2 0 0\n//nas/x /mnt/x cifs username=vm,password=hunter2 0 0',
  '/etc/libvirt/qemu.conf':
    '# Master configuration\n#lock_manager = "lockd"\nuser = "root"\nvnc_password = "swordfish"\n',
  '/etc/sysconfig/libvirt-guests': 'SHUTDOWN_TIMEOUT=300\n',
  '/etc/tuned/active_profile': 'balanced\n',
  '/etc/tuned/profile_mode': 'auto\n',
  '/usr/lib/tuned/balanced/tuned.conf': '[main]\n',
  '/usr/lib/tuned/virtual-host/tuned.conf': '[main]\n',
  ...unit('ksmtuned.service'),
  ...unit('irqbalance.service'),
  // systemd takes a folder away that has become empty
  '/etc/systemd/system/multi-user.target.wants/other.service': '',
  '/etc/systemd/system/sysinit.target.wants/other.service': '',
  '/proc/meminfo':
    'MemTotal: 16000000 kB\nMemAvailable:   8000000 kB\nHugePages_Total:   0\nHugePages_Free:   0\nHugePages_Surp:   0\nHugepagesize:       2048 kB\n',
  '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw,nosuid 0 0\n',
  '/proc/sys/vm/nr_hugepages': '0\n',
  '/proc/sys/vm/swappiness': '60\n',
  '/proc/sys/vm/max_map_count': '65530\n',
  '/proc/sys/fs/aio-max-nr': '65536\n',
  '/proc/sys/net/core/somaxconn': '4096\n',
  '/proc/sys/vm/dirty_bytes': '0\n',
  '/proc/sys/vm/dirty_ratio': '20\n',
  [`${pool}/nr_hugepages`]: '0\n',
  [`${pool}/free_hugepages`]: '0\n',
  [`${pool}/surplus_hugepages`]: '0\n',
  [`${ksm}/run`]: '1\n',
  [`${ksm}/pages_shared`]: '1000\n',
  [`${ksm}/pages_sharing`]: '5000\n',
  [`${ksm}/merge_across_nodes`]: '1\n',
  [`${ksm}/max_page_sharing`]: '256\n',
  [`${ksm}/pages_to_scan`]: '100\n',
  [`${thp}/enabled`]: 'always [madvise] never\n',
  [`${thp}/defrag`]: 'always defer defer+madvise [madvise] never\n',
  '/sys/block/sda/queue/scheduler': 'none mq-deadline kyber [bfq]\n',
};

/** Units that run before the plan. */
export const activeBefore: readonly string[] = ['ksmtuned.service'];

/** The counters of KSM go their own way. */
export const ownWay = /ksm\/pages_shar/;

const off = { isEnabled: false, isActive: false };
const on = { isEnabled: true, isActive: true };

/** Changes of all kinds that a host has. */
export const hostChanges: readonly Change[] = [
  ...setSysctl('vm.swappiness', '60', '1'),
  ...setSysctl('vm.max_map_count', '65530', '262144'),
  ...setSysctl('fs.aio-max-nr', '65536', '1048576'),
  ...setSysctl('net.core.somaxconn', '4096', '8192'),
  ...setDirtyLimit('vm.dirty', { ratio: 20 }, { bytes: 1_073_741_824 }),
  ...setSysfs(`${thp}/enabled`, 'madvise', 'always'),
  ...setSysfs(`${thp}/defrag`, 'madvise', 'defer+madvise'),
  ...setSysfs(`${ksm}/pages_to_scan`, '100', '1250'),
  setKsm({ run: 1, mergeAcrossNodes: 1 }, { run: 1, mergeAcrossNodes: 0 }),
  setHugePagePool(mib(2), undefined, 0, 512),
  mountHugetlbfs(gib(1), 'not mounted', 'mounted now and at boot'),
  setMountOption('/dev/shm', 'huge', 'never', 'advise'),
  setMountEntryOptions('/var/lib/libvirt/images', ['soft'], ['hard']),
  setScheduler('sda', 'bfq', 'mq-deadline'),
  persistScheduler('sda', { key: 'ID_WWN', value: '0x5000c500a1b2c3d4' }, undefined, 'mq-deadline'),
  setModuleOption('kvm', 'halt_poll_ns', undefined, '0'),
  setConfigKey('/etc/libvirt/qemu.conf', 'lock_manager', undefined, 'lockd'),
  setConfigKey('/etc/sysconfig/libvirt-guests', 'SHUTDOWN_TIMEOUT', '300', '600'),
  setService('ksmtuned.service', { isEnabled: false, isActive: true }, off),
  setService('irqbalance.service', off, on),
  setTunedProfile({ chosenByTuned: 'balanced' }, 'virtual-host'),
  setKernelCommandLine('GRUB_CMDLINE_LINUX_DEFAULT', [], ['intel_iommu=on']),
];
