/**
 * The files of the reference machine: a healthy KVM host that examples differ from. SLES 15 SP6, Linux 6.4, two NUMA nodes of four
 * cores with two threads, 64 GiB; written to be sound in every practice, in the kernel's own formats.
 */
export function referenceFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>(Object.entries(fixed));
  for (let cpu = 0; cpu < 16; cpu++) addCpu(files, cpu);
  for (const node of [0, 1]) addNode(files, node);
  addDisk(files, 'sda', {
    number: '8:0',
    sectors: 1953525168,
    scheduler: 'none [mq-deadline] kyber bfq',
    queues: 1,
    rotational: 1,
  });
  addDisk(files, 'nvme0n1', {
    number: '259:0',
    sectors: 3907029168,
    scheduler: '[none] mq-deadline kyber bfq',
    queues: 16,
    rotational: 0,
  });
  files.set('/sys/block/sda/sda1/dev', '8:1\n');
  files.set('/sys/block/sda/sda1/partition', '1\n');
  files.set('/sys/block/sda/sda2/dev', '8:2\n');
  files.set('/sys/block/sda/sda2/partition', '2\n');
  files.set('/sys/block/sda/device/vendor', 'SEAGATE\n');
  files.set('/sys/block/sda/device/model', 'ST1000NM0023\n');
  files.set('/sys/block/nvme0n1/device/model', 'SAMSUNG MZQL21T9HCJR\n');
  return files;
}

const release = '6.4.0-150600.23.25-default';
const commandLine = `BOOT_IMAGE=/boot/vmlinuz-${release} root=UUID=6f1c0a5e-0d5c-4b9a-9a51-0f6f9c2d6f11 splash=silent quiet`;

const fixed: Readonly<Record<string, string>> = {
  '/etc/machine-id': '4c0f1d3a5b7e49218e6d0a1b2c3d4e5f\n',
  '/etc/os-release': [
    'NAME="SLES"',
    'VERSION="15-SP6"',
    'VERSION_ID="15.6"',
    'PRETTY_NAME="SUSE Linux Enterprise Server 15 SP6"',
    'ID="sles"',
    'ID_LIKE="suse"',
    '',
  ].join('\n'),
  '/proc/sys/kernel/hostname': 'node7\n',
  '/proc/sys/kernel/osrelease': `${release}\n`,
  '/proc/sys/kernel/arch': 'x86_64\n',
  '/proc/cmdline': `${commandLine}\n`,
  '/etc/default/grub': [
    'GRUB_DEFAULT=saved',
    'GRUB_TIMEOUT=8',
    'GRUB_CMDLINE_LINUX_DEFAULT="splash=silent quiet"',
    'GRUB_CMDLINE_LINUX=""',
    'GRUB_CMDLINE_XEN_DEFAULT="vga=gfx-1024x768x16"',
    '',
  ].join('\n'),
  [`/boot/config-${release}`]: [
    'CONFIG_TRANSPARENT_HUGEPAGE=y',
    'CONFIG_TRANSPARENT_HUGEPAGE_MADVISE=y',
    '# CONFIG_TRANSPARENT_HUGEPAGE_ALWAYS is not set',
    'CONFIG_CONTIG_ALLOC=y',
    'CONFIG_HUGETLBFS=y',
    'CONFIG_KSM=y',
    '',
  ].join('\n'),
  '/proc/cpuinfo': [...Array(16).keys()].map(cpu => cpuinfoOf(cpu)).join('\n'),
  '/sys/devices/system/cpu/online': '0-15\n',
  '/sys/devices/system/cpu/possible': '0-15\n',
  '/sys/devices/system/cpu/present': '0-15\n',
  '/sys/devices/system/cpu/isolated': '\n',
  '/sys/devices/system/cpu/nohz_full': '  (null)\n',
  '/sys/devices/system/cpu/smt/active': '1\n',
  '/sys/devices/system/node/online': '0-1\n',
  '/proc/meminfo': meminfo([
    ['MemTotal', 67108864],
    ['MemFree', 41943040],
    ['MemAvailable', 52428800],
    ['Buffers', 204800],
    ['Cached', 9437184],
    ['SwapCached', 0],
    ['SwapTotal', 8388604],
    ['SwapFree', 8388604],
    ['AnonPages', 6291456],
    ['HugePages_Total', 0],
    ['HugePages_Free', 0],
    ['HugePages_Rsvd', 0],
    ['HugePages_Surp', 0],
    ['Hugepagesize', 2048],
    ['Hugetlb', 0],
  ]),
  '/proc/swaps': [
    'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority',
    '/dev/sda2                               partition\t8388604\t\t0\t\t-2',
    '',
  ].join('\n'),
  '/proc/self/mounts': [
    '/dev/sda1 / ext4 rw,relatime 0 0',
    'hugetlbfs /dev/hugepages hugetlbfs rw,nosuid,nodev,relatime,pagesize=2M 0 0',
    'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0',
    '/dev/nvme0n1 /var/lib/libvirt/images xfs rw,relatime 0 0',
    '',
  ].join('\n'),
  '/etc/fstab': [
    'UUID=6f1c0a5e-0d5c-4b9a-9a51-0f6f9c2d6f11 / ext4 defaults 0 1',
    '/dev/sda2 swap swap defaults 0 0',
    '',
  ].join('\n'),
  '/proc/modules': [
    'kvm_intel 421888 2 - Live 0x0000000000000000',
    'kvm 1224704 1 kvm_intel, Live 0x0000000000000000',
    'vhost_net 36864 1 - Live 0x0000000000000000',
    '',
  ].join('\n'),
  '/sys/module/kvm/parameters/halt_poll_ns': '200000\n',
  '/sys/module/kvm_intel/parameters/nested': 'Y\n',
  '/dev/kvm': '',
  '/dev/vhost-net': '',
  '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma misc\n',
  '/proc/pressure/cpu':
    'some avg10=0.50 avg60=0.40 avg300=0.30 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  '/proc/pressure/memory':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  '/proc/pressure/io':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  '/sys/kernel/mm/transparent_hugepage/enabled': 'always [madvise] never\n',
  '/sys/kernel/mm/transparent_hugepage/defrag': 'always defer defer+madvise [madvise] never\n',
  '/sys/kernel/mm/transparent_hugepage/shmem_enabled': 'always within_size [advise] never deny force\n',
  '/sys/kernel/mm/transparent_hugepage/hpage_pmd_size': '2097152\n',
  ...hugePagePool('/sys/kernel/mm/hugepages/hugepages-2048kB'),
  ...hugePagePool('/sys/kernel/mm/hugepages/hugepages-1048576kB'),
  ...folder('/sys/kernel/mm/ksm', {
    run: '0',
    pages_to_scan: '1000',
    sleep_millisecs: '2000',
    merge_across_nodes: '1',
    max_page_sharing: '256',
    pages_shared: '0',
    pages_sharing: '0',
    pages_unshared: '0',
    pages_volatile: '0',
    full_scans: '0',
    general_profit: '0',
    use_zero_pages: '0',
  }),
  ...folder('/proc/sys/vm', {
    swappiness: '60',
    nr_hugepages: '0',
    nr_overcommit_hugepages: '0',
    zone_reclaim_mode: '0',
    overcommit_memory: '0',
    overcommit_ratio: '50',
    dirty_ratio: '20',
    dirty_bytes: '0',
    max_map_count: '65530',
    min_free_kbytes: '67584',
  }),
  '/proc/sys/fs/aio-max-nr': '1048576\n',
  '/proc/sys/fs/aio-nr': '1024\n',
  '/proc/sys/kernel/numa_balancing': '1\n',
  '/usr/lib/sysctl.d/60-libvirtd.conf': '# The kernel allocates aio memory on demand.\nfs.aio-max-nr = 1048576\n',
  '/etc/sysctl.d/99-sysctl.conf': '',
  '/etc/libvirt/qemu.conf': '# Master configuration file for the QEMU driver.\n',
  '/etc/systemd/system/': '',
  '/usr/lib/systemd/system/libvirt-guests.service':
    '[Service]\nExecStart=/usr/libexec/libvirt-guests.sh start\n[Install]\nWantedBy=multi-user.target\n',
  '/etc/systemd/system/multi-user.target.wants/libvirt-guests.service': '',
  '/etc/tmpfiles.d/': '',
  '/etc/udev/rules.d/': '',
  '/sys/class/net/': '',
  '/sys/class/block/': '',
};

function addCpu(files: Map<string, string>, cpu: number): void {
  const core = cpu % 8;
  const path = `/sys/devices/system/cpu/cpu${cpu}`;
  const siblings = `${core},${core + 8}\n`;
  files.set(`${path}/online`, '1\n');
  files.set(`${path}/topology/core_id`, `${core % 4}\n`);
  files.set(`${path}/topology/physical_package_id`, `${Math.floor(core / 4)}\n`);
  files.set(`${path}/topology/die_id`, '0\n');
  files.set(`${path}/topology/core_cpus_list`, siblings);
  files.set(`${path}/topology/thread_siblings_list`, siblings);
}

function addNode(files: Map<string, string>, node: number): void {
  const path = `/sys/devices/system/node/node${node}`;
  files.set(`${path}/cpulist`, node === 0 ? '0-3,8-11\n' : '4-7,12-15\n');
  files.set(`${path}/distance`, node === 0 ? '10 21\n' : '21 10\n');
  const lines = [
    ['MemTotal', 33554432],
    ['MemFree', 20971520],
    ['FilePages', 4718592],
    ['SReclaimable', 262144],
  ];
  files.set(`${path}/meminfo`, `${lines.map(([name, kib]) => `Node ${node} ${name}: ${kib} kB`).join('\n')}\n`);
  for (const size of [2048, 1048576]) {
    for (const name of ['nr', 'free', 'surplus'])
      files.set(`${path}/hugepages/hugepages-${size}kB/${name}_hugepages`, '0\n');
  }
}

interface Disk {
  readonly number: string;
  readonly sectors: number;
  readonly scheduler: string;
  readonly queues: number;
  readonly rotational: number;
}

function addDisk(files: Map<string, string>, name: string, disk: Disk): void {
  const path = `/sys/block/${name}`;
  files.set(`${path}/dev`, `${disk.number}\n`);
  files.set(`${path}/size`, `${disk.sectors}\n`);
  files.set(`${path}/queue/rotational`, `${disk.rotational}\n`);
  files.set(`${path}/queue/scheduler`, `${disk.scheduler}\n`);
  files.set(`${path}/queue/nr_requests`, '256\n');
  for (let queue = 0; queue < disk.queues; queue++) files.set(`${path}/mq/${queue}/nr_tags`, '256\n');
}

function hugePagePool(path: string): Record<string, string> {
  return folder(path, {
    nr_hugepages: '0',
    free_hugepages: '0',
    resv_hugepages: '0',
    surplus_hugepages: '0',
    nr_overcommit_hugepages: '0',
  });
}

function folder(path: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, `${text}\n`]));
}

function meminfo(lines: readonly (readonly [string, number])[]): string {
  const line = ([name, value]: readonly [string, number]): string =>
    `${`${name}:`.padEnd(16)}${String(value).padStart(8)}${name.startsWith('HugePages_') ? '' : ' kB'}`;
  return `${lines.map(line).join('\n')}\n`;
}

function cpuinfoOf(cpu: number): string {
  return [
    `processor\t: ${cpu}`,
    'vendor_id\t: GenuineIntel',
    'cpu family\t: 6',
    'model\t\t: 106',
    'model name\t: Intel(R) Xeon(R) Gold 6326 CPU @ 2.90GHz',
    `physical id\t: ${Math.floor((cpu % 8) / 4)}`,
    `core id\t\t: ${cpu % 4}`,
    'flags\t\t: fpu vme de pse tsc msr pae cx8 apic sep pge cmov pat clflush mmx fxsr sse sse2 ht syscall nx pdpe1gb rdtscp lm constant_tsc nonstop_tsc vmx aes avx avx2 ept vpid',
    '',
  ].join('\n');
}
