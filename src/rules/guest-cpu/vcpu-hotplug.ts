import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { ifKnown, known, orAbsent } from '#model/known';

const tag =
  '<metadata><nearmetal:intent xmlns:nearmetal="https://nearmetal.dev/xmlns/domain/1">cpu-hotplug</nearmetal:intent></metadata>';
const pins = (count: number): string =>
  `<cputune>${[...Array(count).keys()].map(vcpu => `<vcpupin vcpu='${vcpu}' cpuset='${vcpu}'/>`).join('')}</cputune>`;

export default defineRule({
  id: 'guest-cpu/vcpu-hotplug',
  subject: 'guest',
  guide: ['7.7'],
  severity: 'warning',
  says: 'A guest that may be given vCPUs while it runs has room for them, and pins for them where it is pinned.',
  because:
    'Only vCPUs between current and maximum can be added to a running guest; one that is added without a pin floats among pinned ones.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.7' },
    { grade: 'documented', at: 'libvirt: formatdomain, CPU Allocation, vcpu current and vcpus' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: ['vCPUs that are not there yet cost some memory, and the topology must hold them.'],
  departs: [
    {
      guideSays: 'echo 0 > …/online removes a vCPU.',
      truth: 'That only idles it inside the guest; setvcpu --disable removes it, and vCPU 0 cannot go.',
      source: 'libvirt: formatdomain, CPU Allocation, vcpus; linux 6.5 dropped offlining of CPU 0 on x86',
      errata: ['X53'],
      guideSame: 'the guide has the two commands only; what the XML must hold for them does not differ',
    },
  ],
  needs: {
    vcpus: ({ guest }) => guest.config.vcpus,
    placement: ({ guest }) => vcpuPlacement(guest.config),
    declared: ({ guest }) => orAbsent(guest.declaredIntents),
    inside: ({ guest }) => ifKnown(guest.inside.cpus),
    name: ({ guest }) => known(guest.name),
  },
  check({ vcpus: { max, current }, placement, declared = [], inside, name }) {
    const idle = inside?.present.minus(inside.online);
    if (idle?.isEmpty === false)
      return bad(`in it CPU ${idle.toString()} is there and not in use`, {
        wants: `all of CPU ${inside?.present.toString() ?? ''} online`,
        so: 'what was added to it does no work, or what was to be taken away is still its own',
        otherwise: `In the guest: ${[...idle].map(id => `echo 1 > /sys/devices/system/cpu/cpu${id}/online`).join('; ')}; for CPUs to come, in /etc/udev/rules.d/80-hotplug-cpu.rules: SUBSYSTEM=="cpu", ACTION=="add", ATTR{online}=="0", ATTR{online}="1". To take one away: virsh setvcpu ${name} ID --disable --live.`,
      });
    if (current === max) {
      if (!declared.includes('cpu-hotplug')) return notApplicable('all vCPUs that it may have are there');
      return bad(`it is to be given vCPUs, and all ${max} that it may have are there`, {
        wants: 'a maximum above the current number',
        so: 'virsh setvcpus --live refuses to add one',
        otherwise: `virsh setvcpus ${name} MAX --maximum --config; virsh setvcpus ${name} ${current} --config; then stop and start it.`,
      });
    }
    if (placement.unpinned > 0) return good;
    const ready = [...placement.pins.keys()].filter(vcpu => vcpu >= current).length;
    if (ready >= max - current) return good;
    return bad(`${max - current - ready} of the ${max - current} vCPUs that it may be given have no pin`, {
      wants: `pins for vCPU ${current} to ${max - 1}`,
      so: 'added, they run on the CPUs of the pinned ones',
      otherwise: `virsh vcpupin ${name} VCPU CPU --config for each of them.`,
    });
  },
  examples: [
    { name: 'hotplug wanted, nothing to add', guest: `${tag}<vcpu>4</vcpu>`, expect: 'bad', severity: 'warning' },
    { name: 'two of eight', guest: `${tag}<vcpu current='2'>8</vcpu>`, expect: 'good' },
    { name: 'two of four, two pins', guest: `<vcpu current='2'>4</vcpu>${pins(2)}`, expect: 'bad' },
    { name: 'two of four, four pins', guest: `<vcpu current='2'>4</vcpu>${pins(4)}`, expect: 'good' },
    { name: 'two of two', expect: 'not-applicable' },
    {
      name: 'one that was added and is offline in it',
      guest: { xml: '', inside: { '/sys/devices/system/cpu/online': '0' } },
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'vCPUs that are no number', guest: '<vcpu>two</vcpu>', expect: 'unknown' },
  ],
});
