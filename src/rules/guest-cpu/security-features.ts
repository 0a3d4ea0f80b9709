import type { DomainPart } from '#change/domain/domain-part';
import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { missingMitigations } from '#model/derived/cpu-mitigations';
import { known } from '#model/known';

const custom = (model: string, ...features: readonly string[]): string =>
  `<cpu mode='custom' match='exact' check='partial'><model fallback='forbid'>${model}</model>${features.map(name => `<feature policy='require' name='${name}'/>`).join('')}</cpu>`;
const host = (model: string, ...features: readonly string[]) => ({
  domainCapabilities: [
    `<domainCapabilities><domain>kvm</domain><machine>pc-q35-8.2</machine><arch>x86_64</arch><cpu><mode name='host-model' supported='yes'><model fallback='forbid'>${model}</model>${features.map(name => `<feature policy='require' name='${name}'/>`).join('')}</mode></cpu></domainCapabilities>`,
  ],
});
const haswell = host('Haswell-noTSX-IBRS', 'ssbd', 'md-clear');

export default defineRule({
  id: 'guest-cpu/security-features',
  subject: 'guest',
  guide: [],
  beyond: 'a named CPU model is older than the holes of speculation: what closes them must be named beside it',
  severity: 'warning',
  says: 'A guest with a named CPU model has the features that close the CPU’s holes.',
  because:
    'Without spec-ctrl, ssbd or md-clear the guest’s kernel cannot keep its own programs from reading each other, whatever the host does.',
  sources: [
    {
      grade: 'documented',
      at: 'QEMU: system/qemu-cpu-models (docs/system/cpu-models-x86.rst.inc), Important CPU features',
    },
    { grade: 'measured', at: 'libvirt 9.0: /usr/share/libvirt/cpu_map, features of each model' },
    { grade: 'documented', at: 'linux: admin-guide/hw-vuln, mitigation from inside a guest' },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: {},
  params: {},
  costs: ['The guest spends time on its mitigations.', 'Every host that it migrates to must have the features.'],
  needs: {
    cpu: ({ guest }) => guest.config.cpu,
    type: ({ guest }) => guest.config.type,
    capabilities: ({ host: { libvirt } }) => libvirt.domainCapabilities,
    name: ({ guest }) => known(guest.name),
  },
  check({ cpu, type, capabilities, name }) {
    const { model } = cpu;
    if (model === undefined || (cpu.mode !== undefined && cpu.mode !== 'custom'))
      return notApplicable('it names no CPU model');
    if (/^(?:qemu|kvm)(?:32|64)$/.test(model))
      return notApplicable(`${model} is judged by guest-cpu/model-not-default`);
    const told = capabilities.find(one => one.domainType === type && one.hostModel !== undefined)?.hostModel;
    const remedy = `virsh domcapabilities --virttype ${type}`;
    if (told === undefined) return undecided('libvirt did not tell what host-model stands for here', remedy);
    const missing = missingMitigations(cpu, told);
    if (missing === undefined)
      return undecided(
        `what the model ${model} holds is not known here`,
        `grep -r feature /usr/share/libvirt/cpu_map/x86_${model}.xml`,
      );
    if (missing.length === 0) return good;
    const parts = (content: (feature: string) => string | undefined): readonly DomainPart[] =>
      missing.map(feature => ({ path: `cpu/feature[@name='${feature}']`, content: content(feature) }));
    const isLeftOut = cpu.features.some(feature => missing.some(one => one === feature.name));
    return bad(`its CPU model ${model} lacks ${missing.join(', ')}, which the host could give it`, {
      wants: `these as features with policy require${model.endsWith('-IBRS') ? '' : `, or a later model (${told.model})`}`,
      so: 'its kernel reports itself as vulnerable',
      ...(isLeftOut
        ? { otherwise: `They are left out on purpose, it seems: virsh edit ${name}, cpu/feature.` }
        : {
            fix: [
              editDomain(
                name,
                parts(() => undefined),
                parts(feature => `<feature policy='require' name='${feature}'/>`),
              ),
            ],
          }),
    });
  },
  examples: [
    {
      name: 'Haswell without spec-ctrl',
      guest: custom('Haswell-noTSX'),
      libvirt: haswell,
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'with all that the host has',
      guest: custom('Haswell-noTSX-IBRS', 'ssbd', 'md-clear'),
      libvirt: haswell,
      expect: 'good',
    },
    {
      name: 'left out on purpose',
      guest: custom('Haswell-noTSX-IBRS', 'ssbd').replace(
        '</cpu>',
        "<feature policy='disable' name='md-clear'/></cpu>",
      ),
      libvirt: haswell,
      expect: 'bad',
      fixes: [],
    },
    { name: 'a host that has none', guest: custom('Haswell'), libvirt: host('qemu64'), expect: 'good' },
    { name: 'the model of QEMU', guest: custom('qemu64'), libvirt: haswell, expect: 'not-applicable' },
    { name: 'host-model', expect: 'not-applicable' },
    { name: 'a model that is not known', guest: custom('SierraForest'), libvirt: haswell, expect: 'unknown' },
  ],
});
