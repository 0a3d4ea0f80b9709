import type { Example, ExampleGuest } from '#check/example';
import { meminfoFile, memoryXml } from '#check/reference/memory-files';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { xenHost, xenOnDebian, xlInfo, xlList } from '#check/reference/xen-host';
import { intents as allIntents, type Intent } from '#wishes/intent';

/** The practice that must stand: 0 or 1, both, one telling of the other, or neither where none is asked for. */
export type Stands = 0 | 1 | 'both' | 'neither';

/** A machine on which both practices of a pair could be asked for, and what the report must hold for each intent. */
export interface PairCase {
  readonly pair: number;
  readonly says: string;
  readonly machine: Omit<Example, 'name' | 'expect'>;
  /** Rules of the one practice and of the other; none where no rule asks for it and the machine itself follows it. */
  readonly between: readonly [readonly string[], readonly string[]];
  /** Intents of the first guest and of the others, with what must stand. */
  readonly cases: readonly (readonly [readonly (readonly Intent[])[], Stands, named?: 'named'])[];
  /** What the finding that stands says of the other practice. */
  readonly tells?: RegExp;
  readonly policy?: 'guide';
}

const steady: readonly Intent[] = ['latency', 'hpc', 'database'];
const others: readonly Intent[] = ['general', 'density', 'desktop', 'migratable'];
const each = <T>(list: readonly Intent[], of: (intent: Intent) => T): readonly T[] => list.map(of);
const ksm = '/sys/kernel/mm/ksm';
const thpNever = { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]' };
const ksmRuns = { [`${ksm}/run`]: '1', [`${ksm}/full_scans`]: '9' };
const short = { ...thpNever, ...meminfoFile({ total: 64, swap: 32 }), [`${ksm}/run`]: '0' };
const large = (more = ''): ExampleGuest => ({ xml: memoryXml(24, more), autostart: true });
/** A guest's disk in XML. */
export const disk = (driver: string, source = '/srv/g.raw', target = "dev='vda' bus='virtio'"): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='raw' ${driver}/><source file='${source}'/><target ${target}/></disk></devices>`;
const xenGuest =
  "<domain type='xen'><name>x1</name><uuid>5f2c8a1e-3b6d-4e0f-9a7c-1d2e3f4a5bf1</uuid><memory unit='GiB'>2</memory><vcpu>2</vcpu><os><type arch='x86_64'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>";
const wrongGrub = 'GRUB_CMDLINE_LINUX_DEFAULT="quiet dom0_mem=4G"\nGRUB_CMDLINE_XEN_DEFAULT=""';
const many = { 'vcpu.current': 12, 'vcpu.maximum': 12 };
const pinned = "<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='2'/></cputune>";

/** The pairs of which two findings can meet on one machine. */
export const pairs: readonly PairCase[] = [
  {
    pair: 1,
    says: 'huge pages, or KSM',
    machine: { files: short, guest: large(), others: [large(), large()] },
    between: [['guest-memory/hugepages-wanted'], ['host-memory/ksm-on-homogeneous']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      [[['density']], 1],
      [[['general']], 1, 'named'],
      [[['desktop']], 1, 'named'],
      [[['migratable']], 1, 'named'],
    ],
  },
  {
    pair: 1,
    says: 'huge pages, or a balloon',
    machine: { files: thpNever, guest: { xml: "<devices><memballoon model='none'/></devices>" } },
    between: [['guest-memory/hugepages-wanted'], ['guest-memory/balloon']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent, 'density']], 0, 'named'] as const),
      [[['density']], 1],
    ],
  },
  {
    pair: 1,
    says: 'huge pages, or memory that is merged and swapped',
    machine: { files: ksmRuns, guest: "<memoryBacking><access mode='shared'/><source type='memfd'/></memoryBacking>" },
    between: [['guest-memory/hugepages-wanted'], ['guest-memory/ksm-ineligible']],
    cases: [...each(steady, intent => [[[intent, 'density']], 0] as const), [[['density']], 1]],
  },
  {
    pair: 2,
    says: 'no transparent huge pages on the host, or huge pages of the guest first',
    machine: { guest: memoryXml(8) },
    between: [['guest-memory/hugepages-wanted'], ['host-memory/thp-mode']],
    policy: 'guide',
    cases: [[[['database']], 0, 'named']],
  },
  {
    pair: 3,
    says: 'never for a database, always for the others: madvise on the host',
    machine: { files: { '/sys/kernel/mm/transparent_hugepage/enabled': '[always] madvise never' }, others: [''] },
    between: [['host-memory/thp-mode'], ['guest-boot/thp-in-database-guest']],
    cases: [[[['database'], ['general']], 0]],
  },
  {
    pair: 4,
    says: 'a slow ksmd, or a scan within the hour: one finding with both changes',
    machine: {
      files: {
        ...ksmRuns,
        [`${ksm}/sleep_millisecs`]: '500',
        [`${ksm}/pages_to_scan`]: '100',
        [`${ksm}/pages_unshared`]: '9000000',
      },
      others: ['', ''],
    },
    between: [['host-memory/ksm-scan-time'], ['host-memory/ksm-sleep', 'host-memory/ksm-pages-to-scan']],
    cases: each(others, intent => [[[intent]], 0] as const),
  },
  {
    pair: 5,
    says: 'KSM over all nodes, or guests bound to one',
    machine: {
      files: { ...ksmRuns, [`${ksm}/general_profit`]: '4000000000' },
      guest: "<numatune><memory mode='strict' nodeset='0'/></numatune>",
      others: ['', ''],
    },
    between: [['numa/ksm-merge-across-nodes'], ['host-memory/ksm-off-heterogeneous']],
    cases: [...each(others, intent => [[[intent]], 0] as const), ...each(steady, intent => [[[intent]], 1] as const)],
  },
  {
    pair: 6,
    says: 'KSM off, or one guest that opts out',
    machine: { files: { ...ksmRuns, [`${ksm}/general_profit`]: '4000000000' }, others: ['', '', ''] },
    between: [
      ['guest-memory/nosharepages-mixed', 'guest-memory/hugepages-wanted'],
      ['host-memory/ksm-off-heterogeneous'],
    ],
    cases: [
      ...each(steady, intent => [[[intent], ['density'], ['density']], 0, 'named'] as const),
      ...each(steady, intent => [[[intent], ['desktop'], ['desktop']], 0, 'named'] as const),
      ...each(steady, intent => [[[intent], ['general'], ['general']], 1, 'named'] as const),
    ],
  },
  {
    pair: 8,
    says: 'pinned, or able to move',
    machine: { guest: pinned },
    between: [
      [
        'guest-cpu/pinning-for-cpu-intensive',
        'guest-cpu/emulatorpin',
        'guest-cpu/iothreadpin',
        'guest-cpu/hint-dedicated',
      ],
      ['migration/pinning-complicates'],
    ],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent, 'migratable']], 0, 'named'] as const),
      [[['migratable']], 1],
    ],
  },
  {
    pair: 8,
    says: 'pinned, or moved by the kernel between nodes',
    machine: { files: { '/proc/sys/kernel/numa_balancing': '0' }, guest: '<vcpu>2</vcpu>' },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['numa/balancing-mode']],
    cases: [...each(steady, intent => [[[intent]], 0] as const), ...each(others, intent => [[[intent]], 1] as const)],
  },
  {
    pair: 8,
    says: 'pinned, or more vCPUs than CPUs',
    machine: { guest: { xml: '<vcpu>12</vcpu>', stats: many }, others: [{ xml: '<vcpu>12</vcpu>', stats: many }] },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['overcommit/vcpu-1x']],
    cases: each(steady, intent => [[[intent]], 1] as const),
  },
  {
    pair: 8,
    says: 'pinned, or plugged later',
    machine: {
      guest:
        "<vcpu current='2'>4</vcpu><cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/></cputune>",
    },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['guest-cpu/vcpu-hotplug']],
    cases: each(steady, intent => [[[intent]], 1] as const),
  },
  {
    pair: 9,
    says: 'the CPU of this host, or one that all hosts have',
    machine: { guest: "<cpu mode='host-passthrough' migratable='off'/>" },
    between: [['guest-cpu/model-not-default', 'guest-cpu/invtsc'], ['migration/host-passthrough']],
    cases: [
      ...each(['latency', 'hpc', 'database'], intent => [[[intent, 'migratable']], 1] as const),
      [[['migratable']], 1],
    ],
  },
  {
    pair: 10,
    says: 'a device of the host, or able to move',
    machine: {
      guest:
        "<devices><hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x3b' slot='0x02' function='0x0'/></source></hostdev></devices>",
    },
    between: [['guest-devices/passthrough-count'], ['migration/passthrough-blocks']],
    cases: [
      [[['migratable']], 1],
      ...each(['latency', 'hpc'], intent => [[[intent]], 'neither'] as const),
      ...each(['latency', 'hpc'], intent => [[[intent, 'migratable']], 1] as const),
    ],
  },
  {
    pair: 11,
    says: 'one cache mode, whoever asks for it',
    machine: {
      files: { '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\nnas:/e /mnt/nfs nfs4 rw,hard 0 0' },
      guest: disk("io='native' cache='writeback'", '/mnt/nfs/g.raw'),
    },
    between: [['guest-disk/native-needs-direct'], ['guest-disk/cache-mode', 'migration/disk-cache-safe']],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
  },
  {
    pair: 17,
    says: 'locked with a limit, or without a limit',
    machine: {
      guest:
        "<memtune><hard_limit unit='GiB'>6</hard_limit></memtune><vcpu>2</vcpu><cputune><vcpusched vcpus='0-1' scheduler='fifo' priority='1'/></cputune>",
    },
    between: [['guest-memory/locked'], ['guest-memory/no-hard-limit']],
    cases: [
      [[['latency']], 0, 'named'],
      [[['latency', 'density']], 0, 'named'],
      [[['density']], 1, 'named'],
    ],
  },
  {
    pair: 18,
    says: 'a low swappiness, or one for many guests',
    machine: { files: { '/proc/sys/vm/swappiness': '20' }, others: [''] },
    between: [['host-memory/swappiness-value'], ['host-memory/swappiness-persisted']],
    cases: [
      ...each(steady, intent => [[[intent]], 0] as const),
      ...each(steady, intent => [[[intent], ['density']], 0, 'named'] as const),
      [[['density']], 0],
      [[['desktop']], 0],
    ],
  },
  {
    pair: 19,
    says: 'the newest machine type, or one that all hosts offer',
    machine: {
      guest: "<os><type arch='x86_64' machine='pc-q35-4.2'>hvm</type></os>",
      libvirt: {
        capabilities: referenceLibvirt.capabilities.replace(
          '<domain type=',
          "<machine maxCpus='255'>pc-q35-4.2</machine><domain type=",
        ),
      },
    },
    between: [['guest-boot/machine-type-current'], ['guest-boot/machine-type-windows-snapshot']],
    cases: [
      ...each(['general', 'density', 'desktop', ...steady], intent => [[[intent]], 0] as const),
      [[['migratable']], 'neither'],
      [[['database', 'migratable']], 'neither'],
    ],
    tells: /cannot migrate to a host with an older QEMU.*Windows may ask to be activated/s,
  },
  {
    pair: 20,
    says: 'no balloon, or one for a crowded host',
    machine: { guest: "<devices><memballoon model='virtio'/></devices>" },
    between: [['guest-devices/unneeded'], ['guest-memory/free-page-reporting']],
    cases: [
      [[['latency']], 0],
      [[['hpc']], 0],
      [[['latency', 'density']], 0, 'named'],
      [[['hpc', 'density']], 0, 'named'],
      [[['density']], 1],
    ],
  },
  {
    pair: 22,
    says: 'random numbers as the guide has them, or for many guests',
    machine: { guest: { xml: '', without: ['devices/rng'] } },
    between: [['guest-devices/rng-present'], ['guest-devices/rng-backend']],
    cases: each(['general', 'density'], intent => [[[intent]], 0] as const),
  },
  {
    pair: 25,
    says: 'pinned to isolated CPUs, or kept off them',
    machine: { files: { '/sys/devices/system/cpu/isolated': '2-3' }, guest: '<vcpu>2</vcpu>' },
    between: [['guest-cpu/pinning-for-cpu-intensive'], ['host-cpu/isolation-consistent']],
    cases: [
      ...each(steady, intent => [[[intent]], 0, 'named'] as const),
      ...each(others, intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 20,
    says: 'no screen, or one for a person',
    machine: {
      guest:
        "<devices><graphics type='vnc'/><video><model type='virtio'/></video></devices><qemu:commandline><qemu:arg value='-k'/><qemu:arg value='de'/></qemu:commandline>",
    },
    between: [['guest-devices/video-model'], ['guest-devices/vnc-keymap']],
    cases: [
      ...each(['latency', 'hpc'], intent => [[[intent]], 0, 'named'] as const),
      ...each(['latency', 'hpc'], intent => [[[intent, 'desktop']], 1] as const),
      ...each([...others, 'database'], intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 20,
    says: 'a screen that keeps the guest from starting goes before having none',
    machine: {
      guest: "<devices><graphics type='vnc' keymap='deutsch'/><video><model type='virtio'/></video></devices>",
    },
    between: [['guest-devices/video-model'], ['guest-devices/vnc-keymap']],
    cases: [
      ...each(['latency', 'hpc'], intent => [[[intent]], 1, 'named'] as const),
      ...each([...others, 'database'], intent => [[[intent]], 1] as const),
    ],
  },
  {
    pair: 21,
    says: 'the emulator for KVM',
    machine: { guest: '<devices><emulator>/usr/bin/qemu-system-i386</emulator></devices>' },
    between: [['libvirt-hygiene/emulator-kvm-x86-64'], ['xen/emulator-i386']],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
  },
  {
    pair: 21,
    says: 'the emulator for Xen',
    machine: { files: xenHost, guest: xenGuest, libvirt: { uri: 'xen:///system' } },
    between: [['libvirt-hygiene/emulator-kvm-x86-64'], ['xen/emulator-i386']],
    cases: each(allIntents, intent => [[[intent]], 1] as const),
  },
  {
    pair: 21,
    says: 'guests of both kinds: each has its own',
    machine: { guest: '<devices><emulator>/usr/bin/qemu-system-i386</emulator></devices>', others: [xenGuest] },
    between: [['libvirt-hygiene/emulator-kvm-x86-64'], ['xen/emulator-i386']],
    cases: each(allIntents, intent => [[[intent]], 'both'] as const),
  },
  {
    pair: 23,
    says: 'root= by UUID first, then the disk on virtio',
    machine: {
      guest: `${disk("cache='none'", '/srv/g.raw', "dev='hda' bus='ide'")}<os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type><kernel>/boot/vmlinuz</kernel><cmdline>root=/dev/hda1</cmdline></os>`,
    },
    between: [['guest-disk/root-device-name'], ['guest-disk/virtio-bus']],
    cases: each(allIntents, intent => [[[intent]], 'both', 'named'] as const),
  },
  {
    pair: 36,
    says: 'dom0_mem where Xen sees it, before it is judged',
    machine: { files: { ...xenOnDebian, '/etc/default/grub': wrongGrub }, libvirt: { uri: 'xen:///system' } },
    between: [['xen/dom0-mem-wrong-variable'], ['xen/dom0-mem-set', 'xen/dom0-mem-size']],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
  },
  {
    pair: 36,
    says: 'another size of dom0, with its bound in one step',
    machine: {
      files: { ...xenOnDebian, '/etc/default/grub': 'GRUB_CMDLINE_XEN_DEFAULT="dom0_mem=512M"\n' },
      commands: { ...xlInfo(32_768, 'dom0_mem=512M'), ...xlList(512) },
      libvirt: { uri: 'xen:///system', node: { memoryKib: 33_554_432 } },
    },
    between: [['xen/dom0-mem-size'], ['xen/dom0-mem-set']],
    cases: each(allIntents, intent => [[[intent]], 0] as const),
    tells: /"before":\["dom0_mem=512M"\],"after":\["dom0_mem=1G\+10%,max:64G"\]/,
  },
];
