import type { PlaceEdit } from '#change/recipes/edit-places';
import type { GuestCpu } from '#model/domain-resources';

const plain = new Set(['qemu64', 'qemu32', 'kvm64', 'kvm32']);

/** Whether a guest sees a CPU that nobody ever built: it names such a model, or none at all. */
export const isNoRealCpu = (cpu: GuestCpu | undefined): boolean => {
  const { mode, model } = cpu ?? {};
  return (mode === undefined || mode === 'custom') && (model === undefined || plain.has(model));
};

/** Gives the edits that let a guest see the CPU of its host, or what libvirt makes of it. */
export function hostCpuEdits(cpu: GuestCpu | undefined, mode: 'host-model' | 'host-passthrough'): readonly PlaceEdit[] {
  const check = mode === 'host-model' ? 'partial' : 'none';
  // libvirt adds it to host-passthrough by itself, and refuses it beside any other mode
  const isPassed = mode === 'host-passthrough';
  if (cpu === undefined)
    return [['cpu', undefined, `<cpu mode='${mode}' check='${check}'${isPassed ? " migratable='on'" : ''}/>`]];
  return [
    ['cpu/@mode', cpu.mode, mode],
    ['cpu/@match', cpu.match, undefined],
    ['cpu/@check', cpu.check, check],
    ['cpu/model', modelXml(cpu.model, cpu.modelFallback), undefined],
    ...(isPassed ? [['cpu/@migratable', undefined, 'on'] as const] : []),
  ];
}

const modelXml = (model: string | undefined, fallback: string | undefined): string | undefined =>
  model === undefined ? undefined : `<model${fallback === undefined ? '' : ` fallback='${fallback}'`}>${model}</model>`;
