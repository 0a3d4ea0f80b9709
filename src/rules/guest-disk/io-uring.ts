import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, ifKnown, known, orAbsent } from '#model/known';
import { isInRange } from '#units/version';
import type { Intent } from '#wishes/intent';

const fast: readonly Intent[] = ['database', 'latency'];
const key = 'kernel.io_uring_disabled';
const disk = (io: string): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='raw' cache='none' ${io}/><source file='/srv/g.raw'/><target dev='vda' bus='virtio'/></disk></devices>`;
const uring = disk("io='io_uring'");
const disabled = (value: string): Readonly<Record<string, string>> => ({
  '/proc/sys/kernel/io_uring_disabled': value,
  '/proc/sys/kernel/osrelease': '6.8.0',
});

export default defineRule({
  id: 'guest-disk/io-uring',
  subject: 'guest',
  guide: [],
  beyond: 'io_uring needs fewer system calls than Linux AIO, and some kernels have it switched off',
  severity: 'hint',
  says: 'Fast disks use asynchronous I/O, and io_uring only where the kernel allows it.',
  because:
    'Without an io mode QEMU hands requests to a pool of threads; io_uring queues them to the kernel directly, and takes nothing of fs.aio-max-nr.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver/@io: io_uring since 6.3.0, QEMU 5.0' },
    { grade: 'documented', at: 'linux: admin-guide/sysctl/kernel.rst, io_uring_disabled (6.6), io_uring_group' },
    { grade: 'measured', at: 'QEMU 7.2: fs.aio-nr stays at 0 with io_uring and with threads' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { database: { level: 'should' }, latency: { level: 'should' } },
  params: {
    kernelMajor: { default: 5, unit: '(major number of the kernel)', why: 'before 5.10 io_uring had many faults' },
    kernelMinor: { default: 10, unit: '(minor number of the kernel)', why: 'before 5.10 io_uring had many faults' },
  },
  costs: ['Some vendors do not support it, and some sites switch io_uring off for its security record.'],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    disabled: ({ host }) => asFact(host.kernel.sysctls[key].running),
    kernel: ({ host }) => ifKnown(host.kernel.version),
    qemu: ({ host }) => ifKnown(host.qemu),
    libvirt: ({ host }) => ifKnown(host.libvirt.version),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disks = [], disabled: fact, kernel, qemu, libvirt, guest }, { intents, params }) {
    const judged = disks.filter(({ device, isReadOnly }) => device === 'disk' && !isReadOnly);
    if (judged.length === 0) return notApplicable('it has no disk to write to');
    const using = judged.filter(({ io }) => io === 'io_uring');
    const isOff = fact.state === 'known' && fact.value !== '0';
    if (using.length > 0) {
      const names = using.map(({ target }) => target).join(', ');
      if (fact.state === 'unknown') return undecided(fact.reason, fact.remedy ?? `sysctl ${key}`);
      if (!isOff) return good;
      if (fact.value === '1') {
        return undecided(
          `io_uring is allowed to one group only, and whether QEMU is of it was not looked at`,
          'sysctl kernel.io_uring_group; id -G of the user that QEMU runs as',
        );
      }
      return bad(`its disks ${names} use io_uring, which this kernel refuses: ${key} is ${fact.value}`, {
        severity: 'error',
        wants: '0, or another io mode',
        so: 'the guest does not start',
        parts: using.map(({ target, at }) => ({ key: target, saw: `${target}: io_uring`, evidence: [at] })),
        fix: [
          editDisks(
            guest,
            using.map(({ target, cache = '' }) => ({
              target,
              place: 'driver/@io',
              before: 'io_uring',
              after: cache === 'none' || cache === 'directsync' ? 'native' : 'threads',
            })),
          ),
        ],
      });
    }
    if (!intents.some(intent => fast.includes(intent))) return good;
    const silent = judged.filter(({ io, type }) => io === undefined && (type === 'file' || type === 'block'));
    if (silent.length === 0 || isOff) return good;
    const lacking = [
      ...(kernel === undefined ? ['Linux'] : []),
      ...(qemu === undefined ? ['QEMU'] : []),
      ...(libvirt === undefined ? ['libvirt'] : []),
    ];
    if (kernel === undefined || qemu === undefined || libvirt === undefined)
      return undecided(`whether ${lacking.join(', ')} can do io_uring`, 'check the host itself');
    const isEligible =
      isInRange(kernel, `>=${params.kernelMajor}.${params.kernelMinor}`) &&
      isInRange(qemu, '>=5.0') &&
      isInRange(libvirt, '>=6.3');
    if (!isEligible) return notApplicable('this host is too old for io_uring');
    return bad(`requests to ${silent.map(({ target }) => target).join(', ')} go through a pool of threads`, {
      wants: "io='io_uring', or io='native' with cache none",
      parts: silent.map(({ target, at }) => ({ key: target, saw: `${target}: no io mode`, evidence: [at] })),
      fix: [
        editDisks(
          guest,
          silent.map(({ target }) => ({ target, place: 'driver/@io', before: undefined, after: 'io_uring' })),
        ),
      ],
    });
  },
  examples: [
    { name: 'forbidden', guest: uring, files: disabled('2'), expect: 'bad', severity: 'error', fixes: ['domain-xml'] },
    { name: 'allowed', guest: uring, files: disabled('0'), expect: 'good' },
    { name: 'a kernel without the switch', guest: uring, expect: 'good' },
    { name: 'allowed to a group', guest: uring, files: disabled('1'), expect: 'unknown' },
    { name: 'threads for a database', guest: disk(''), intents: ['database'], expect: 'bad', severity: 'hint' },
    { name: 'native for a database', guest: disk("io='native'"), intents: ['database'], expect: 'good' },
    { name: 'threads for an ordinary guest', guest: disk(''), expect: 'good' },
    {
      name: 'Linux 5.10',
      guest: disk(''),
      files: { '/proc/sys/kernel/osrelease': '5.10.0' },
      intents: ['latency'],
      expect: 'bad',
    },
    {
      name: 'Linux 5.9',
      guest: disk(''),
      files: { '/proc/sys/kernel/osrelease': '5.9.0' },
      intents: ['latency'],
      expect: 'not-applicable',
    },
    {
      name: 'libvirt 6.2',
      guest: disk(''),
      libvirt: { version: '6.2.0' },
      intents: ['latency'],
      expect: 'not-applicable',
    },
    {
      name: 'QEMU 4.2',
      guest: disk(''),
      libvirt: { qemuVersion: '4.2.0' },
      intents: ['latency'],
      expect: 'not-applicable',
    },
  ],
});
