import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, orAbsent } from '#model/known';
import type { CpuSet } from '#units/cpu-set';

const pin = (vcpu: number, cpuset: string): string => `<cputune><vcpupin vcpu='${vcpu}' cpuset='${cpuset}'/></cputune>`;

export default defineRule({
  id: 'guest-cpu/pinning-valid',
  subject: 'guest',
  guide: ['4.5.2.2'],
  severity: 'error',
  says: 'Pins name CPUs that are online and vCPUs that the guest has.',
  because: 'libvirt takes a pin to a CPU that is not there when the guest is defined, and fails when it is started.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.2' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: Unable to write to …/cpuset.cpus: Numerical result out of range',
    },
    { grade: 'documented', at: 'libvirt: formatdomain, CPU Tuning, vcpupin' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests with pins',
    holds: ({ guest }) => {
      const { cputune, vcpus } = guest.config;
      if (cputune.state === 'unknown') return cputune;
      const hasPins =
        cputune.state === 'known' &&
        (cputune.value.vcpuPins.length > 0 ||
          cputune.value.emulatorPin !== undefined ||
          cputune.value.iothreadPins.length > 0);
      return known(hasPins || (vcpus.state === 'known' && vcpus.value.cpuset !== undefined));
    },
  },
  intents: {},
  params: {},
  costs: [],
  needs: {
    cputune: ({ guest }) => orAbsent(guest.config.cputune),
    vcpus: ({ guest }) => guest.config.vcpus,
    online: ({ host }) => host.cpuSets.online,
    name: ({ guest }) => known(guest.name),
  },
  check({ cputune, vcpus, online, name }) {
    const pins = cputune?.vcpuPins ?? [];
    const sets: readonly { readonly key: string; readonly path: string; readonly cpuset: CpuSet | undefined }[] = [
      { key: 'vcpu', path: 'vcpu/@cpuset', cpuset: vcpus.cpuset },
      ...pins.map(({ vcpu, cpuset }) => ({
        key: `vCPU ${vcpu}`,
        path: `cputune/vcpupin[@vcpu='${vcpu}']/@cpuset`,
        cpuset,
      })),
      { key: 'emulator', path: 'cputune/emulatorpin/@cpuset', cpuset: cputune?.emulatorPin },
      ...(cputune?.iothreadPins ?? []).map(({ iothread, cpuset }) => ({
        key: `I/O thread ${iothread}`,
        path: `cputune/iothreadpin[@iothread='${iothread}']/@cpuset`,
        cpuset,
      })),
    ];
    const twice = pins.find((one, at) => pins.findIndex(({ vcpu }) => vcpu === one.vcpu) < at);
    if (twice !== undefined) {
      return bad(`vCPU ${twice.vcpu} is pinned twice`, {
        wants: 'one vcpupin for each vCPU',
        so: 'libvirt rejects the definition',
        otherwise: `Take one of the two vcpupin elements out: virsh edit ${name}.`,
      });
    }
    const lost = sets.flatMap(({ key, path, cpuset }) =>
      cpuset === undefined || cpuset.isSubsetOf(online) ? [] : [{ key, path, cpuset, left: cpuset.intersect(online) }],
    );
    const [first] = lost;
    if (first !== undefined) {
      const before = lost.map(({ path, cpuset }) => ({ path, content: cpuset.toString() }));
      const after = lost.map(({ path, left }) => ({ path, content: left.toString() }));
      return bad(`it is pinned to CPU ${first.cpuset.minus(online)}, which is not online (${first.key})`, {
        wants: `CPUs of ${online}`,
        so: 'it does not start',
        parts: lost.map(({ key, cpuset }) => ({ key, saw: cpuset.toString() })),
        ...(lost.every(({ left }) => !left.isEmpty)
          ? { fix: [editDomain(name, before, after)] }
          : {
              otherwise: `Pin it to CPUs that are there: virsh vcpupin ${name} VCPU CPUS --config; nearmetal plan finds some.`,
            }),
      });
    }
    const idle = pins.filter(({ vcpu }) => vcpu >= vcpus.max);
    if (idle.length === 0) return good;
    return bad(`it pins vCPU ${idle.map(({ vcpu }) => vcpu).join(', ')}, and has only ${vcpus.max} vCPUs`, {
      severity: 'hint',
      wants: `pins of vCPU 0 to ${vcpus.max - 1}`,
      so: 'libvirt ignores the pin',
      fix: [
        editDomain(
          name,
          idle.map(({ vcpu, cpuset }) => ({
            path: `cputune/vcpupin[@vcpu='${vcpu}']`,
            content: `<vcpupin vcpu='${vcpu}' cpuset='${cpuset}'/>`,
          })),
          idle.map(({ vcpu }) => ({ path: `cputune/vcpupin[@vcpu='${vcpu}']`, content: undefined })),
        ),
      ],
    });
  },
  examples: [
    { name: 'CPU 64 of 16', guest: pin(0, '64'), expect: 'bad', severity: 'error', fixes: [] },
    { name: 'CPU 15 and 16 of 16', guest: pin(0, '15-16'), expect: 'bad', severity: 'error', fixes: ['domain-xml'] },
    { name: 'CPU 0', guest: pin(0, '0'), expect: 'good' },
    { name: 'a vCPU that it has not', guest: pin(2, '3'), expect: 'bad', severity: 'hint', fixes: ['domain-xml'] },
    {
      name: 'one vCPU pinned twice',
      guest: "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='0' cpuset='2'/></cputune>",
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'emulator on a CPU that is off',
      guest: "<cputune><emulatorpin cpuset='2,20'/></cputune>",
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    { name: 'vCPUs kept to CPUs that are there', guest: "<vcpu cpuset='0-3'>2</vcpu>", expect: 'good' },
    { name: 'no pins', expect: 'not-applicable' },
    { name: 'pins that cannot be read', guest: pin(0, 'all'), expect: 'unknown' },
  ],
});
