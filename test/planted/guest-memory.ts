import type { XmlEdit } from '#formats/xml/xml-edit';
import { add, attach, cells, cpu, intent, memory, type Planted, pins, put, set, system, write } from './planted.js';

const gib = 1024 ** 2;
const backing = (inside: string): readonly XmlEdit[] => add(`<memoryBacking>${inside}</memoryBacking>`);
const tuned = (...limits: readonly string[]): readonly XmlEdit[] => add(`<memtune>${limits.join('')}</memtune>`);
const room = "<maxMemory slots='16' unit='GiB'>20</maxMemory>";
const dimm = (kib: number): string =>
  `<memory model='dimm'><target><size unit='KiB'>${kib}</size><node>0</node></target></memory>`;
const cellsOf = (...list: readonly (readonly [string, number])[]): XmlEdit =>
  cpu(`<cpu mode='host-model' check='partial'>${cells(...list)}</cpu>`);
const hugePages = "<hugepages><page size='2048' unit='KiB'/></hugepages>";
const ksmOn = { '/sys/kernel/mm/ksm/run': '1', '/sys/kernel/mm/ksm/full_scans': '9' };

/** Faults of memory. */
export const guestMemory: readonly Planted[] = [
  {
    rule: 'guest-memory/balloon',
    fault: 'one of many, and no balloon',
    severity: 'warning',
    both: [intent('density')],
    fail: [set('/devices/memballoon', 'model', 'none')],
  },
  {
    rule: 'guest-memory/dimm-alignment',
    fault: 'a DIMM of 524287 KiB',
    severity: 'warning',
    both: [...add(room), cellsOf(['0-1', 4 * gib])],
    fail: [...attach(dimm(524287))],
    pass: [...attach(dimm(524288))],
  },
  {
    rule: 'guest-memory/free-page-reporting',
    fault: 'one of many, and pages that it frees are not reported',
    severity: 'hint',
    both: [intent('density')],
    fail: [],
    pass: [set('/devices/memballoon', 'freePageReporting', 'on')],
  },
  {
    rule: 'guest-memory/hotplug-maxmemory',
    fault: 'a DIMM, and no maxMemory',
    severity: 'error',
    both: [cellsOf(['0-1', 4 * gib]), write('/memory', String(4 * gib + 524288)), ...attach(dimm(524288))],
    fail: [],
    refused: { code: 67, says: /cannot use\/hotplug a memory device when domain 'maxMemory' is not defined/ },
    pass: [...add(room)],
  },
  {
    rule: 'guest-memory/hotplug-numa-cell',
    fault: 'maxMemory, and no cell',
    severity: 'error',
    both: [...add(room)],
    fail: [],
    refused: { code: 67, says: /At least one numa node has to be configured when enabling memory hotplug/ },
    pass: [cellsOf(['0-1', 4 * gib])],
  },
  {
    rule: 'guest-memory/hugepages-size-fits',
    fault: 'a cell of 1,500,000 KiB on pages of 2 MiB',
    severity: 'warning',
    both: [...backing(hugePages)],
    fail: [
      cellsOf(['0', 1_500_000], ['1', 2 * gib]),
      write('/memory', String(1_500_000 + 2 * gib)),
      write('/currentMemory', String(1_500_000 + 2 * gib)),
    ],
    pass: [
      cellsOf(['0', 1_572_864], ['1', 2 * gib]),
      write('/memory', String(1_572_864 + 2 * gib)),
      write('/currentMemory', String(1_572_864 + 2 * gib)),
    ],
  },
  {
    rule: 'guest-memory/hugepages-vs-balloon',
    fault: 'huge pages, 16 GiB of which 1 GiB is current',
    severity: 'warning',
    both: [...backing(hugePages)],
    fail: [...memory(16, 1)],
    pass: [...memory(16)],
  },
  {
    rule: 'guest-memory/hugepages-wanted',
    fault: 'a database of 16 GiB on small pages',
    severity: 'warning',
    host: { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]' },
    both: [intent('database'), ...memory(16)],
    fail: [],
    pass: [...backing(hugePages)],
  },
  {
    rule: 'guest-memory/ksm-ineligible',
    fault: 'one of many, with memory shared for virtiofs',
    severity: 'warning',
    both: [intent('density')],
    fail: [
      ...backing("<source type='memfd'/><access mode='shared'/>"),
      ...attach(
        "<filesystem type='mount'><driver type='virtiofs'/><source dir='/srv'/><target dir='srv'/></filesystem>",
      ),
    ],
  },
  {
    rule: 'guest-memory/locked',
    fault: 'locked, and no limit',
    severity: 'warning',
    both: [...backing('<locked/>')],
    fail: [],
    pass: [...tuned("<hard_limit unit='GiB'>6</hard_limit>")],
  },
  {
    rule: 'guest-memory/no-hard-limit',
    fault: 'memory and hard limit of 4 GiB',
    severity: 'warning',
    fail: [...tuned("<hard_limit unit='GiB'>4</hard_limit>")],
  },
  {
    rule: 'guest-memory/nosharepages-mixed',
    fault: 'one Windows among many SLES, and pages are shared',
    severity: 'hint',
    host: ksmOn,
    fail: [system('microsoft.com/win/2k3')],
    pass: [system('microsoft.com/win/xp'), ...backing('<nosharepages/>')],
  },
  {
    rule: 'guest-memory/prealloc',
    fault: 'for latency, and memory only on demand',
    severity: 'hint',
    both: [intent('latency')],
    fail: [],
    pass: [...backing("<allocation mode='immediate'/>")],
    leftTo: 'guest-memory/hugepages-wanted',
  },
  {
    rule: 'guest-memory/swap-hard-limit-sane',
    fault: 'on cgroup v1 a swap limit of 5 GiB below the hard limit of 6 GiB',
    severity: 'error',
    host: {
      '/proc/self/mounts':
        '/dev/sda1 / ext4 rw 0 0\ncgroup /sys/fs/cgroup/memory cgroup rw,nosuid,nodev,noexec,relatime,memory 0 0\n',
      '/sys/fs/cgroup/memory/memory.swappiness': '60',
      '/sys/fs/cgroup/cgroup.controllers': null,
    },
    fail: [...tuned("<hard_limit unit='GiB'>6</hard_limit>", "<swap_hard_limit unit='GiB'>5</swap_hard_limit>")],
    pass: [...tuned("<hard_limit unit='GiB'>6</hard_limit>", "<swap_hard_limit unit='GiB'>8</swap_hard_limit>")],
  },
  {
    rule: 'guest-memory/swap-hard-limit-sane',
    fault: 'a soft limit of 128 MiB, which throttles on cgroup v2',
    severity: 'warning',
    fail: [...tuned("<soft_limit unit='MiB'>128</soft_limit>")],
    pass: [...tuned("<soft_limit unit='GiB'>6</soft_limit>")],
  },
  {
    rule: 'numa/memnode-consistent',
    fault: 'a memnode, and no cell',
    severity: 'error',
    fail: [
      ...add(
        "<numatune><memory mode='strict' nodeset='0-1'/><memnode cellid='0' mode='strict' nodeset='0'/></numatune>",
      ),
    ],
    refused: { code: 27, says: /Element 'memnode' is invalid without any guest NUMA cells/ },
    pass: [...add("<numatune><memory mode='strict' nodeset='0-1'/></numatune>")],
  },
  {
    rule: 'numa/pinning-single-node',
    fault: 'pins on CPUs of two nodes',
    severity: 'warning',
    fail: [...pins(['0', '4'], "<emulatorpin cpuset='1'/>")],
    pass: [
      ...pins(['0', '1'], "<emulatorpin cpuset='2'/>"),
      ...add("<numatune><memory mode='strict' nodeset='0'/></numatune>"),
    ],
  },
  {
    rule: 'numa/strict-capacity',
    fault: 'twice 20 GiB on a node of 32',
    severity: 'error',
    autostart: true,
    both: [...memory(20)],
    fail: [...add("<numatune><memory mode='strict' nodeset='0'/></numatune>")],
    pass: [...add("<numatune><memory mode='strict' nodeset='1'/></numatune>")],
    others: [[...add("<numatune><memory mode='strict' nodeset='0'/></numatune>")], []],
  },
  {
    rule: 'numa/guest-fits-one-node',
    fault: '16 GiB and 8 vCPUs on any node',
    severity: 'hint',
    both: [...memory(16), write('/vcpu', '8')],
    fail: [],
    pass: [
      put('/vcpu', "<vcpu placement='static' cpuset='4-7,12-15'>8</vcpu>"),
      ...add("<numatune><memory mode='strict' nodeset='1'/></numatune>"),
    ],
  },
  {
    rule: 'numa/guest-fits-one-node',
    fault: 'a database of 16 GiB and 8 vCPUs on any node',
    severity: 'warning',
    both: [intent('database'), ...memory(16), write('/vcpu', '8')],
    fail: [],
    pass: [
      put('/vcpu', "<vcpu placement='static' cpuset='4-7,12-15'>8</vcpu>"),
      ...add("<numatune><memory mode='strict' nodeset='1'/></numatune>"),
    ],
    leftTo: 'guest-cpu/pinning-for-cpu-intensive',
  },
  {
    rule: 'numa/vnuma-for-large-guests',
    fault: '48 GiB on nodes of 32, and no cells',
    severity: 'warning',
    both: [...memory(48)],
    fail: [],
    pass: [cellsOf(['0', 24 * gib], ['1', 24 * gib])],
  },
  {
    rule: 'numa/vnuma-well-formed',
    fault: 'vCPU 1 in two cells',
    severity: 'error',
    both: [write('/vcpu', '4')],
    fail: [cellsOf(['0-1', 2 * gib], ['1-3', 2 * gib])],
    refused: { code: 67, says: /NUMA cells 1 and 0 have overlapping vCPU ids/ },
    pass: [cellsOf(['0-1', 2 * gib], ['2-3', 2 * gib])],
  },
];
