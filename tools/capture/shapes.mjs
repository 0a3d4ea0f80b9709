// The machines that can be captured, as data: what QEMU is to build, which kernel boots, with which words on its command line.
//
// kernel     the start of a version that build-root.sh stored
// cpu        QEMU's -cpu. `topoext` is what tells an AMD kernel about threads; TCG does not emulate it but the CPU leaves it
//            stands for are there, so it is forced. `svm` (part of max) lets kvm_amd load: KVM inside an emulated machine.
// smp        QEMU's -smp
// memory     in MiB; nodes: [{ cpus, memory }], a node may lack either; distances: full matrix, 10 on the diagonal
// memoryRoom slots and the most memory, for hotplug
// disks      beyond the root disk; `size` in GiB, sparse; kinds in qemu-arguments.mjs; `node`: behind a root port of that node
// networks   beyond the uplink
// append     words of the kernel command line after the root
// prepare    a script of the folder prepare/, run once on the new disk, which is then shut down
// ready      a script of the folder ready/, run after each boot
// plug       QMP commands after each boot, before `ready`
// libvirt    whether libvirt's answers are captured too

const threads = 'max,+topoext,x-force-features=on,xlevel=0x8000001f';
const plain = 'qemu64,-svm';

export const shapes = {
  'kvm-4-nodes': {
    says: 'KVM host: 4 sockets of 2 cores with 2 threads, 4 NUMA nodes in a ring, 12 GiB, five kinds of disks, eighteen guests',
    kernel: '6.12',
    cpu: threads,
    smp: '16,sockets=4,cores=2,threads=2',
    memory: 12288,
    nodes: [
      { cpus: '0-3', memory: 3072 },
      { cpus: '4-7', memory: 3072 },
      { cpus: '8-11', memory: 3072 },
      { cpus: '12-15', memory: 3072 },
    ],
    distances: [
      [10, 16, 16, 22],
      [16, 10, 22, 16],
      [16, 22, 10, 16],
      [22, 16, 16, 10],
    ],
    disks: [
      { kind: 'nvme', name: 'nvme', size: 64, node: 1 },
      { kind: 'scsi-ssd', name: 'ssd', size: 100 },
      { kind: 'scsi-two-paths', name: 'lun', size: 10 },
      { kind: 'sata-rotating', name: 'archive', size: 500 },
      { kind: 'virtio-one-queue', name: 'iso', size: 8 },
    ],
    networks: ['52:54:00:4e:4d:02'],
    append:
      'console=ttyS0,115200 quiet default_hugepagesz=2M hugepagesz=2M hugepages=0:640,1:640 hugepagesz=1G hugepages=3:1 kvm.halt_poll_ns=400000',
    prepare: 'kvm-4-nodes.sh',
    ready: 'kvm-4-nodes.sh',
    libvirt: true,
  },
  'plain-2-cpus': {
    says: '1 node, 2 CPUs, 1 GiB, no KVM, no swap, libvirt with emulation only',
    kernel: '6.1',
    cpu: plain,
    smp: '2,sockets=1,cores=2,threads=1',
    memory: 1024,
    append: 'console=ttyS0,115200 quiet',
    libvirt: true,
  },
  'smt-2-nodes': {
    says: '2 nodes of 2 cores with 2 threads, KVM, one SSD and one rotating disk with BFQ, swap on a file',
    kernel: '6.1',
    cpu: threads,
    smp: '8,sockets=2,cores=2,threads=2',
    memory: 2048,
    nodes: [
      { cpus: '0-3', memory: 1280 },
      { cpus: '4-7', memory: 768 },
    ],
    distances: [
      [10, 21],
      [21, 10],
    ],
    disks: [
      { kind: 'scsi-ssd', name: 'ssd', size: 20 },
      { kind: 'sata-rotating', name: 'hdd', size: 40 },
    ],
    append: 'console=ttyS0,115200 quiet transparent_hugepage=madvise',
    ready: 'smt-2-nodes.sh',
  },
  'isolated-8-cpus': {
    says: '8 CPUs of which 6 are isolated, 1 GiB pages by default, THP never, an elevator= that the kernel ignores',
    kernel: '6.1',
    cpu: threads,
    smp: '8,sockets=1,cores=4,threads=2',
    memory: 4096,
    append:
      'console=ttyS0,115200 quiet isolcpus=managed_irq,domain,2-7 nohz_full=2-7 rcu_nocbs=2-7 irqaffinity=0-1 transparent_hugepage=never elevator=noop default_hugepagesz=1G hugepagesz=1G hugepages=2',
  },
  'zram-swap': {
    says: '4 CPUs, swap on zram only, zswap on, swappiness 180, mTHP sizes set one by one, KSM with its advisor',
    kernel: '6.12',
    cpu: threads,
    smp: '4,sockets=1,cores=2,threads=2',
    memory: 2048,
    append: 'console=ttyS0,115200 quiet zswap.enabled=1 transparent_hugepage=always',
    ready: 'zram-swap.sh',
  },
  'no-swap': {
    says: '2 nodes without SMT, no swap at all, swappiness 0, KSM on with merging across nodes, NUMA balancing off',
    kernel: '6.1',
    cpu: threads,
    smp: '4,sockets=2,cores=2,threads=1',
    memory: 2048,
    nodes: [
      { cpus: '0-1', memory: 1024 },
      { cpus: '2-3', memory: 1024 },
    ],
    append: 'console=ttyS0,115200 quiet numa_balancing=disable',
    ready: 'no-swap.sh',
  },
  'memory-hotplug': {
    says: '2 nodes, one DIMM plugged into each after boot, one of them online; CPU 3 taken offline',
    kernel: '6.12',
    cpu: threads,
    smp: '4,sockets=2,cores=1,threads=2',
    memory: 2048,
    memoryRoom: 'slots=4,maxmem=8G',
    nodes: [
      { cpus: '0-1', memory: 1024 },
      { cpus: '2-3', memory: 1024 },
    ],
    append: 'console=ttyS0,115200 quiet memhp_default_state=offline',
    plug: [
      ['object-add', { 'qom-type': 'memory-backend-ram', id: 'dimm0', size: 512 * 1024 * 1024 }],
      ['device_add', { driver: 'pc-dimm', id: 'd0', memdev: 'dimm0', node: 0 }],
      ['object-add', { 'qom-type': 'memory-backend-ram', id: 'dimm1', size: 512 * 1024 * 1024 }],
      ['device_add', { driver: 'pc-dimm', id: 'd1', memdev: 'dimm1', node: 1 }],
    ],
    ready: 'memory-hotplug.sh',
  },
  'odd-nodes': {
    says: '4 nodes: two ordinary, one with CPUs but no memory, one with memory but no CPUs; unequal distances',
    kernel: '6.12',
    cpu: threads,
    smp: '6,sockets=3,cores=1,threads=2',
    memory: 2560,
    nodes: [{ cpus: '0-1', memory: 1024 }, { cpus: '2-3', memory: 1024 }, { cpus: '4-5' }, { memory: 512 }],
    distances: [
      [10, 20, 20, 40],
      [20, 10, 20, 40],
      [20, 20, 10, 60],
      [40, 40, 60, 10],
    ],
    append: 'console=ttyS0,115200 quiet hugepages=128 numa_balancing=enable',
  },
  'cmdline-order': {
    says: 'huge pages asked for in the wrong order: a leading hugepages= decides and the later pair is ignored; swap accounting off',
    kernel: '6.1',
    cpu: threads,
    smp: '4,sockets=1,cores=4,threads=1',
    memory: 2048,
    append:
      'console=ttyS0,115200 quiet hugepages=256 hugepagesz=2M hugepages=512 hugepagesz=2MB swapaccount=0 mitigations=off',
  },
  'cgroup-v1': {
    says: 'the legacy cgroup hierarchy, no NUMA in the kernel, SMT taken off at run time, a rotating disk with BFQ',
    kernel: '6.1',
    cpu: threads,
    smp: '4,sockets=1,cores=2,threads=2',
    memory: 1536,
    disks: [{ kind: 'sata-rotating', name: 'hdd', size: 40 }],
    append:
      'console=ttyS0,115200 quiet systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller numa=off',
    ready: 'cgroup-v1.sh',
  },
};
