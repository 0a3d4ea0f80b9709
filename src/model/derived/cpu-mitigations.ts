import type { GuestCpu } from '#model/domain-resources';
import type { HostModel } from '#model/libvirt';

/** CPU features that a guest’s kernel needs to close holes of speculation; names as in libvirt’s CPU map. */
export const mitigations = ['spec-ctrl', 'stibp', 'ssbd', 'md-clear', 'pcid', 'ibpb', 'amd-ssbd', 'virt-ssbd'] as const;

type Mitigation = (typeof mitigations)[number];

/** Which of them named models hold, from libvirt 9.0’s CPU map; a model that is not listed holds none that is known here. */
const held: Readonly<Record<string, readonly Mitigation[]>> = {
  Cooperlake: ['pcid', 'spec-ctrl', 'stibp', 'ssbd'],
  Dhyana: ['ibpb'],
  EPYC: [],
  'EPYC-IBPB': ['ibpb'],
  'EPYC-Milan': ['pcid', 'ibpb', 'amd-ssbd'],
  'EPYC-Rome': ['ibpb'],
  Snowridge: ['spec-ctrl', 'ssbd'],
};
/** Families of models, of which `-IBRS` ones hold spec-ctrl besides. */
const families: readonly (readonly [RegExp, readonly Mitigation[]])[] = [
  [/^(?:Cascadelake-Server|Icelake-(?:Client|Server))(?:-noTSX)?$/, ['pcid', 'spec-ctrl', 'ssbd']],
  [/^(?:Broadwell|Haswell|Skylake-Client|Skylake-Server)(?:-noTSX)?(?:-IBRS)?$/, ['pcid']],
  [/^(?:IvyBridge|SandyBridge|Westmere|Nehalem)(?:-IBRS)?$/, []],
  [/^(?:Conroe|Penryn|Opteron_G[1-5]|core2?duo|n270|athlon|phenom|pentium(?:2|3|pro)?|486|cpu64-rhel[56])$/, []],
];

/** Gives the mitigations that a named model holds; undefined for a model that is not known here. */
function heldBy(model: string): readonly Mitigation[] | undefined {
  const own = held[model];
  if (own !== undefined) return own;
  const family = families.find(([pattern]) => pattern.test(model))?.[1];
  return family === undefined ? undefined : model.endsWith('-IBRS') ? [...family, 'spec-ctrl'] : family;
}

/** Gives the mitigations that this host can give a guest and that a guest with a named model lacks; undefined where the model is not known here. */
export function missingMitigations(cpu: GuestCpu, host: HostModel): readonly Mitigation[] | undefined {
  const own = heldBy(cpu.model ?? '');
  if (own === undefined) return undefined;
  const isNamed = (features: GuestCpu['features'], name: string, ...policies: readonly string[]): boolean =>
    features.some(feature => feature.name === name && policies.includes(feature.policy));
  const has = (name: Mitigation): boolean =>
    own.includes(name) || isNamed(cpu.features, name, 'require', 'force', 'optional');
  return mitigations.filter(name => {
    // one way to turn off store bypass is enough
    if (name === 'virt-ssbd' && (has('amd-ssbd') || has('ssbd'))) return false;
    const canHave =
      isNamed(host.features, name, 'require', 'force') ||
      ((heldBy(host.model)?.includes(name) ?? false) && !isNamed(host.features, name, 'disable'));
    if (!canHave || isNamed(cpu.features, name, 'require', 'force', 'optional')) return false;
    return !own.includes(name) || isNamed(cpu.features, name, 'disable', 'forbid');
  });
}
