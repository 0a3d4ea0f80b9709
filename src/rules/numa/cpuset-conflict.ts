import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { chainKnown, known, orAbsent } from '#model/known';
import { CpuSet } from '#units/cpu-set';

const strict = (nodeset: string, mode = 'strict'): string =>
  `<numatune><memory mode='${mode}' nodeset='${nodeset}'/></numatune>`;
const allowed = (nodes: string) => ({
  '/run/libvirt/qemu/guest1.pid': '4711',
  '/proc/4711/status': `Name:\tqemu-system-x86\nCpus_allowed_list:\t0-15\nMems_allowed_list:\t${nodes}\n`,
});

export default defineRule({
  id: 'numa/cpuset-conflict',
  subject: 'guest',
  guide: ['4.6.2'],
  severity: 'warning',
  says: 'The guest may take memory from the nodes that libvirt gave it, and from no others.',
  because:
    'What somebody wrote into the guest’s cgroup libvirt does not know: it shows one placement and the kernel follows another, until the next start.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.6.2' },
    { grade: 'documented', at: 'libvirt: formatdomain, numatune; virsh(1), numatune' },
    { grade: 'documented', at: 'linux: admin-guide/cgroup-v2.rst, cpuset.mems; proc_pid_status(5), Mems_allowed_list' },
    {
      grade: 'documented',
      at: 'libvirt: qemu_process.c, qemuProcessSetupPid: cpuset.mems is written for strict and restrictive only',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], instance: 'system' },
  scope: { says: 'guests that run', holds: ({ guest }) => known(guest.live.state !== 'absent') },
  intents: {},
  params: {},
  costs: ['Memory that lies elsewhere is moved, which takes a while.'],
  departs: [
    {
      guideSays:
        'cpusets have the modes interleave, bind and preferred; cgset -r cpuset.mems=NODE sysdefault/libvirt/qemu/NAME/emulator sets them, and grep Cpus /proc/PID/status shows that all is fine.',
      truth:
        'These are modes of the memory policy (set_mempolicy); a cpuset has only lists of CPUs and memory nodes. The path is that of libvirt before 1.0.5, and what cgset writes libvirt does not know: virsh numatune does both. Memory is bound by what Mems_allowed shows, not Cpus_allowed.',
      source: 'linux: admin-guide/mm/numa_memory_policy.rst, admin-guide/cgroup-v1/cpusets.rst; libvirt: cgroups.html',
      errata: ['X31'],
      guideSame: 'both ask that what is set is what holds; the guide’s way of setting it is what is found here',
    },
    {
      guideSays: 'Where memory is stands in /sys/fs/cgroup/memory/sysdefault/libvirt/qemu/NAME/memory.numa_stat.',
      truth:
        'So with cgroup v1 and libvirt before 1.0.5. With systemd it is machine.slice/machine-qemu…scope, and on cgroup v2 there is no folder memory.',
      source: 'libvirt: cgroups.html, Systemd cgroups integration; linux: admin-guide/cgroup-v2.rst',
      errata: ['X33'],
      guideSame: 'only where the file stands has changed',
    },
  ],
  needs: {
    allowed: ({ guest }) => guest.process.allowedNodes,
    tuning: ({ guest }) => orAbsent(chainKnown(guest.live, live => live.numatune)),
    nodes: ({ host }) => host.nodes,
    name: ({ guest }) => known(guest.name),
  },
  check({ allowed: now, tuning, nodes, name }) {
    const memory = tuning?.memory;
    if (memory?.placement === 'auto' && memory.nodeset === undefined)
      return undecided('which nodes numad chose was not told', `virsh dumpxml ${name} | grep -A3 numatune`);
    const isBound = memory?.mode === 'strict' || memory?.mode === 'restrictive';
    const all = CpuSet.of(nodes.map(({ node }) => node));
    const expected = isBound && memory?.nodeset !== undefined ? memory.nodeset : all;
    if (nodes.length < 2 && !isBound) return notApplicable('the host has one NUMA node');
    const seen = now.intersect(all);
    if (seen.toString() === expected.intersect(all).toString()) return good;
    return bad(
      `its process may take memory from ${now.toString() === '' ? 'no node' : `node ${now.toString()}`}, libvirt says ${expected.toString()}`,
      {
        wants: `Mems_allowed_list ${expected.toString()}`,
        so: 'somebody wrote into its cgroup, and the next start undoes that',
        otherwise: `If the kernel’s side is meant: virsh numatune ${name} --nodeset ${now.toString()} --live --config (mode strict); else virsh numatune ${name} --nodeset ${expected.toString()} --live. Do not use cgset.`,
      },
    );
  },
  examples: [
    { name: 'node 0 and 1 where libvirt says 0', guest: strict('0'), files: allowed('0-1'), expect: 'bad' },
    { name: 'as libvirt says', guest: strict('0'), files: allowed('0'), expect: 'good' },
    { name: 'bound behind libvirt’s back', files: allowed('1'), expect: 'bad', severity: 'warning' },
    { name: 'not bound', files: allowed('0-1'), expect: 'good' },
    { name: 'a preference binds nothing', guest: strict('0', 'preferred'), files: allowed('0-1'), expect: 'good' },
    { name: 'off', guest: { xml: '', isRunning: false }, expect: 'not-applicable' },
    {
      name: 'numad chose',
      guest: "<numatune><memory mode='strict' placement='auto'/></numatune>",
      files: allowed('0'),
      expect: 'unknown',
    },
  ],
});
