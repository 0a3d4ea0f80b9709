import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { orAbsent } from '#model/known';

const process = (pid: number, ...args: readonly string[]) => ({
  [`/proc/${pid}/comm`]: 'qemu-system-x86',
  [`/proc/${pid}/cmdline`]: ['/usr/bin/qemu-system-x86_64', ...args, ''].join('\0'),
});
const elsewhere = { '/proc/1/ns/mnt': '-> mnt:[1]', '/proc/4711/ns/mnt': '-> mnt:[2]' };

export default defineRule({
  id: 'libvirt-hygiene/guests-managed-by-libvirt',
  subject: 'host',
  guide: ['3.1'],
  severity: 'warning',
  says: 'libvirt runs every guest of this host.',
  because:
    'A QEMU that somebody started by hand is in no account: no cgroup, no confinement, no lock on its images, and it is cut off when the host goes down.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 3.1: libvirt manages and operates guests' },
    { grade: 'documented', at: 'libvirt: NEWS 5.5.0, import of QEMU command lines (domxml-from-native) is removed' },
    { grade: 'measured', at: 'libvirt 9.0: it starts QEMU with -machine none for a moment, to ask what it can do' },
  ],
  intents: {},
  params: {},
  costs: ['The guest is stopped once, to be started by libvirt.'],
  needs: { hypervisor: ({ host }) => orAbsent(host.hypervisor), processes: ({ host }) => host.qemuProcesses },
  check({ hypervisor, processes }) {
    if (hypervisor === 'none' && processes.length === 0) return notApplicable('it runs no guests');
    const strangers = processes.filter(({ purpose, isOfLibvirt }) => purpose === 'guest' && !isOfLibvirt);
    const here = strangers.filter(({ isElsewhere }) => !isElsewhere);
    const [first] = here.length > 0 ? here : strangers;
    if (first === undefined) return good;
    const isContained = here.length === 0;
    const shown = isContained ? strangers : here;
    const called = first.guest === undefined ? `process ${first.pid}` : `${first.guest} (process ${first.pid})`;
    return bad(
      `${first.program} ${called} runs ${isContained ? 'in a container of its own' : 'without libvirt'}${shown.length === 1 ? '' : `, and ${shown.length - 1} more`}`,
      {
        severity: isContained ? 'info' : 'warning',
        wants: isContained ? 'that whoever runs it counts its memory and CPUs' : 'a guest that libvirt defines',
        so: 'its memory and CPUs are missing in every sum here',
        parts: shown.map(({ pid, program, guest }) => ({
          key: guest ?? `process ${pid}`,
          saw: `${program} ${guest ?? ''} (process ${pid})`,
          evidence: [{ from: `/proc/${pid}/cmdline`, value: program }],
        })),
        otherwise: isContained
          ? 'Change it where it comes from: podman ps, kubectl get vmi.'
          : `Keep its command line (tr '\\0' ' ' < /proc/${first.pid}/cmdline), shut the guest down from inside, then virt-install --import --disk IMAGE --memory N --vcpus N --osinfo detect=on --noreboot.`,
      },
    );
  },
  examples: [
    { name: 'started by hand', files: process(4711, '-m', '1G', 'disk.img'), expect: 'bad', severity: 'warning' },
    {
      name: 'of libvirt',
      files: { ...process(4711, '-name', 'guest=g1,debug-threads=on'), '/run/libvirt/qemu/g1.pid': '4711' },
      expect: 'good',
    },
    {
      name: 'of a user’s libvirt',
      files: { ...process(4711, '-m', '1G'), '/run/user/1000/libvirt/qemu/run/g.pid': '4711' },
      expect: 'good',
    },
    { name: 'libvirt asks QEMU', files: process(4711, '-machine', 'none,accel=kvm:tcg'), expect: 'good' },
    { name: 'a device model of Xen', files: process(4711, '-xen-domid', '3'), expect: 'good' },
    { name: 'libguestfs', files: process(4711, '-drive', 'file=/tmp/libguestfsX/overlay'), expect: 'good' },
    { name: 'in a container', files: { ...process(4711, '-m', '1G'), ...elsewhere }, expect: 'bad', severity: 'info' },
    { name: 'no process', expect: 'good' },
    { name: 'processes not readable', files: { '/proc': 'denied' }, expect: 'unknown' },
  ],
});
