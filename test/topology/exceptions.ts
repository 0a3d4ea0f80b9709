/** Where our answer cannot equal another program's, and why. Each was looked at in the tree itself. */
export interface Exception {
  readonly machine: string;
  /** The files, or the commands, that say otherwise. */
  readonly answers: readonly string[];
  readonly quantities: readonly string[];
  readonly because: string;
}

export const exceptions: readonly Exception[] = [
  {
    machine: '16amd64-8n2c-cpusets',
    answers: ['16amd64-8n2c-cpusets.console', '16amd64-8n2c-cpusets-xml.xml', '16amd64-8n2c-cpusets.hwloc2.9.xml'],
    quantities: [
      'CPUs online',
      'cores',
      'packages',
      'core ids',
      'package ids',
      'nodes',
      'CPUs of node 3',
      'CPUs of node 4',
      'distances',
    ],
    because:
      'proc/self/cpuset is /dummy, which dev/cpuset/dummy confines to CPUs 0-6,12-15 and nodes 1-4: there hwloc tells what it may use itself, we tell what the machine has; its answer -disallowed.console does too, and agrees',
  },
  {
    machine: '16amd64-8n2c-cpusets',
    answers: ['16amd64-8n2c-cpusets.lscpu.json'],
    quantities: ['cores per package'],
    because: 'cpu4/online is 0, so 15 cores are online in 8 packages; lscpu prints the 2 of its first package for all',
  },
  {
    machine: '2arm-2c',
    answers: ['2arm-2c.console', '2arm-2c.hwloc2.9.xml'],
    quantities: ['nodes', 'CPUs of node 0'],
    because:
      'sys/devices/system/node is not in the tree: not captured cannot be told from not there (as a whole machine it agrees)',
  },
  {
    machine: '2arm-2c',
    answers: ['2arm-2c.hwloc2.9.xml'],
    quantities: ['memory of node 0'],
    because: 'as above: without nodes there is no memory of one',
  },
  {
    machine: '2i386-2c-nohugepage',
    answers: ['2i386-2c-nohugepage.xml', '2i386-2c-nohugepage.hwloc2.9.xml'],
    quantities: ['nodes', 'CPUs of node 0', 'memory of node 0'],
    because:
      'sys/devices/system/node is not in the tree: not captured cannot be told from not there (as a whole machine it agrees)',
  },
  {
    machine: '64amd64-4p2n4ca2co',
    answers: ['64amd64-4p2n4ca2co.xml', '64amd64-4p2n4ca2co.hwloc2.9.xml'],
    quantities: ['cores'],
    because:
      'Opteron 6272: thread_siblings_list of cpu0 and cpu1 is 0-1 (one Bulldozer module) while their core_id is 0 and 1; we and lscpu take the siblings, hwloc the ids',
  },
  {
    machine: '64amd64-4p2n4ca2co',
    answers: ['64amd64-4p2n4ca2co.xml'],
    quantities: ['core ids'],
    because:
      'this test of hwloc numbers cores from CPUID (folder cpuid), 0 to 15 in a package; core_id counts 0 to 7 in each node',
  },
  {
    machine: '64amd64-4s2n4ca2co',
    answers: ['64amd64-4s2n4ca2co.console', '64amd64-4s2n4ca2co.hwloc2.9.xml'],
    quantities: ['cores'],
    because:
      'Opteron 6276: thread_siblings_list of cpu0 and cpu1 is 0-1 (one Bulldozer module) while their core_id is 0 and 1; we and lscpu take the siblings, hwloc the ids',
  },
  {
    machine: '8em64t-2s2ca2c-buggynuma',
    answers: ['8em64t-2s2ca2c-buggynuma.console', '8em64t-2s2ca2c-buggynuma.hwloc2.9.xml'],
    quantities: ['nodes'],
    because: 'cpulist of all eight nodes is 0-7: hwloc drops nodes that overlap another, we show those of the kernel',
  },
  {
    machine: 'fakeheterocpunuma',
    answers: ['fakeheterocpunuma.xml', 'fakeheterocpunuma.hwloc2.9.xml'],
    quantities: ['CPUs of node 2'],
    because: 'cpumap of node2 is 00000000; hwloc gives a node without CPUs those that are nearest by distance',
  },
  {
    machine: 'fakeheterocpunuma',
    answers: ['fakeheterocpunuma.hwloc2.9.xml'],
    quantities: ['nodes', 'distances'],
    because:
      'cpumap of node3 (00f00000) is part of those of node4 and node5: hwloc drops nodes that overlap another unless told to keep them, as for fakeheterocpunuma.xml, which agrees',
  },
  {
    machine: 'fakeheteromemtiers',
    answers: ['fakeheteromemtiers.console', 'fakeheteromemtiers.hwloc2.9.xml'],
    quantities: ['CPUs of node 4', 'CPUs of node 6', 'CPUs of node 8', 'CPUs of node 9'],
    because: 'cpulist of these nodes of memory alone is empty; hwloc gives each the CPUs that reach it best (access*)',
  },
  {
    machine: 'offline-cpu0-node0',
    answers: ['offline-cpu0-node0.lscpu.json'],
    quantities: ['cores per package'],
    because:
      'CPUs 4-20 are online: 9 cores in package 0 and 8 in package 1; lscpu prints one number, 17/2 rounded down',
  },
  {
    machine: 'arm-A510-A710-A715-X3',
    answers: ['lscpu'],
    quantities: ['number of packages', 'cores per package'],
    because: 'physical_package_id is 0, 1 and 2; lscpu prints a summary for each of the four kinds of core instead',
  },
  {
    machine: 'arm-A510-A710-A715-X3',
    answers: ['lscpu --parse'],
    quantities: ['cores', 'packages'],
    because:
      'lscpu begins to count cores and sockets anew for each kind of core, so equal numbers there are not one core; core_cpus_list holds one CPU each, package_cpus_list 0-2, 3-6 and 7',
  },
  {
    machine: 's390-lpar-drawer',
    answers: ['lscpu'],
    quantities: ['cores per package'],
    because:
      'lscpu prints what proc/sysinfo says of the hardware (CPU Topology SW: 0 0 4 2 3 8); this partition has 2 and 6 cores in two sockets',
  },
  {
    machine: 's390-lpar-drawer',
    answers: ['lscpu'],
    quantities: ['CPUs of node 0'],
    because: 'cpumap of node0 is 0-140, as many as could be added; cpu/present and cpu/online are 0-7',
  },
  {
    machine: 'sparc64',
    answers: ['lscpu'],
    quantities: ['flags'],
    because: 'lscpu takes `type` (sun4u) of proc/cpuinfo for flags; we take `cpucaps`',
  },
];
