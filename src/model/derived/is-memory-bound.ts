import type { DomainConfig } from '#model/domain-config';
import { valueIfKnown } from '#model/known';

/** Modes that keep memory on the nodes named; preferred and interleave do not. */
const binding = new Set(['strict', 'restrictive']);

/** Whether memory of a guest is bound to nodes, as far as its definition could be read; libvirt formatdomain, “NUMA Node Tuning”. */
export const isMemoryBound = ({ numatune }: DomainConfig): boolean => {
  const { memory, cells = [] } = valueIfKnown(numatune) ?? {};
  return [...(memory?.nodeset === undefined ? [] : [memory]), ...cells].some(({ mode }) => binding.has(mode));
};
