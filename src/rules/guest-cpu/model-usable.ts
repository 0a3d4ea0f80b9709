import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { known } from '#model/known';

const custom = (model: string, more = '', check = 'partial', fallback = 'forbid'): string =>
  `<cpu mode='custom' match='exact' check='${check}'><model fallback='${fallback}'>${model}</model>${more}</cpu>`;

const host = (models: string) => ({
  domainCapabilities: [
    `<domainCapabilities><domain>kvm</domain><machine>pc-q35-8.2</machine><arch>x86_64</arch><cpu><mode name='custom' supported='yes'>${models}</mode></cpu></domainCapabilities>`,
  ],
});
const lacking = host("<model usable='no'>Broadwell</model>");
const withoutHle = "<feature policy='disable' name='hle'/>";

export default defineRule({
  id: 'guest-cpu/model-usable',
  subject: 'guest',
  guide: ['4.5.2.1'],
  severity: 'error',
  says: 'The host can run the CPU model that the guest names.',
  because:
    'libvirt knows more models than a host can run: one that the host lacks features of does not start, or loses them in silence.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.5.2.1: models in /usr/share/libvirt/cpu_map' },
    { grade: 'documented', at: 'libvirt: formatdomaincaps, CPU configuration, usable and deprecated' },
    { grade: 'measured', at: 'libvirt 9.0: with check none a guest starts without the features it names' },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: {},
  params: {},
  costs: ['A lesser model has fewer instructions.'],
  needs: {
    cpu: ({ guest }) => guest.config.cpu,
    type: ({ guest }) => guest.config.type,
    capabilities: ({ host }) => host.libvirt.domainCapabilities,
    name: ({ guest }) => known(guest.name),
  },
  check({ cpu, type, capabilities, name }) {
    const { model } = cpu;
    if (model === undefined || (cpu.mode !== undefined && cpu.mode !== 'custom'))
      return notApplicable('it names no CPU model');
    const answer = capabilities.find(one => one.domainType === type && /^(?:x86_64|i686)$/.test(one.architecture));
    const remedy = `virsh hypervisor-cpu-baseline --virttype ${type} --model ${model}`;
    if (answer === undefined || answer.cpuModels.length === 0)
      return undecided(
        `libvirt did not tell which models a guest of type ${type} can have`,
        `virsh domcapabilities --virttype ${type}`,
      );
    const isChecked = cpu.check !== 'none';
    const support = answer.cpuModels.find(one => one.name === model);
    const wants = `a model that virsh domcapabilities --virttype ${type} calls usable, or host-model`;
    const otherwise = `${remedy} shows what the host lacks; virsh edit ${name}.`;
    if (support === undefined) {
      return bad(`its CPU model ${model} is not one that QEMU has here`, {
        severity: isChecked ? 'error' : 'warning',
        wants,
        so: cpu.modelFallback === 'forbid' ? 'it does not start' : 'libvirt takes a lesser model in silence',
        otherwise,
      });
    }
    const leavesOut = cpu.features.some(({ policy }) => policy === 'disable' || policy === 'forbid');
    if (support.usable === 'no' && leavesOut)
      return undecided(
        `the host lacks features of ${model}; whether they are those that the guest leaves out was not told`,
        remedy,
      );
    if (support.usable === 'no') {
      return bad(`the host lacks features of its CPU model ${model}, and it leaves none out`, {
        severity: isChecked ? 'error' : 'warning',
        wants,
        so: isChecked ? 'it does not start' : 'it starts without them, and nobody is told',
        otherwise,
      });
    }
    if (support.usable === 'unknown') return undecided(`libvirt cannot tell whether ${model} is usable`, remedy);
    if (!support.isDeprecated) return good;
    return bad(`its CPU model ${model} is deprecated`, {
      severity: 'warning',
      wants,
      so: 'a later QEMU has it no more',
      otherwise: `Take a newer model: virsh edit ${name}.`,
    });
  },
  examples: [
    { name: 'a model that QEMU has not', guest: custom('Skylake-Server'), expect: 'bad', severity: 'error' },
    { name: 'the same, unchecked', guest: custom('Skylake-Server', '', 'none'), expect: 'bad', severity: 'warning' },
    { name: 'the host lacks features', guest: custom('Broadwell'), libvirt: lacking, expect: 'bad', severity: 'error' },
    {
      name: 'the same, not checked',
      guest: custom('Broadwell', '', 'none'),
      libvirt: lacking,
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'some are left out', guest: custom('Broadwell', withoutHle), libvirt: lacking, expect: 'unknown' },
    {
      name: 'deprecated',
      guest: custom('Icelake-Client'),
      libvirt: host("<model usable='yes' deprecated='yes'>Icelake-Client</model>"),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'no models told', guest: custom('Broadwell'), libvirt: host(''), expect: 'unknown' },
    { name: 'a usable one', guest: custom('Icelake-Server'), expect: 'good' },
    {
      name: 'host features left out of a usable one',
      guest: custom('Icelake-Server', withoutHle),
      expect: 'good',
    },
    { name: 'host-model', expect: 'not-applicable' },
    { name: 'a CPU that cannot be read', guest: custom('Icelake-Server', '<feature/>'), expect: 'unknown' },
  ],
});
