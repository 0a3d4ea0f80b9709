import { cpuSets } from '#collect/host/cpu-sets';
import { cpus } from '#collect/host/cpus';
import { hugePages } from '#collect/host/huge-pages';
import { nodes } from '#collect/host/nodes';
import type { Sources } from '#collect/sources';
import type { Cpu } from '#model/cpu';
import { unknown, valueIfKnown } from '#model/known';
import { noCommands } from '#transport/commands';
import { localTree } from '#transport/local-tree';
import { CpuSet } from '#units/cpu-set';
import { type Answer, printIds, printParts } from './answer.js';

/** The sources of a folder that holds some files of a machine. */
export const sourcesOf = (root: string, missing: 'absent' | 'not-captured' = 'not-captured'): Sources => ({
  files: localTree(root, { missing }),
  libvirt: unknown('not asked'),
  commands: noCommands,
});

/** What our own readings say, in every quantity that any other program speaks of. */
export function ourAnswer(sources: Sources): Answer {
  const answer = new Map<string, string>();
  const all = valueIfKnown(cpus.read(sources)) ?? [];
  const online = all.filter(cpu => cpu.online);
  const byCpu = <T>(value: (cpu: Cpu) => T): ReadonlyMap<number, T> =>
    new Map(online.map(cpu => [cpu.cpu, value(cpu)]));
  const cores = byCpu(cpu => cpu.siblings?.toString());
  const packages = byCpu(cpu => cpu.packageCpus?.toString());
  const count = (keys: ReadonlyMap<number, string | undefined>): number => new Set(keys.values()).size;
  answer.set('CPUs', CpuSet.of(all.map(({ cpu }) => cpu)).toString());
  answer.set('CPUs online', CpuSet.of(online.map(({ cpu }) => cpu)).toString());
  answer.set('list of CPUs online', valueIfKnown(cpuSets.online.read(sources))?.toString() ?? '');
  answer.set('cores', printParts(cores));
  answer.set('packages', printParts(packages));
  answer.set('core ids', printIds(byCpu(cpu => cpu.core)));
  answer.set('package ids', printIds(byCpu(cpu => cpu.socket)));
  answer.set('CPUs by node', printParts(byCpu(cpu => cpu.node)));
  answer.set('node ids', printIds(byCpu(cpu => cpu.node)));
  answer.set('number of packages', `${count(packages)}`);
  answer.set('cores per package', `${count(cores) / count(packages)}`);
  answer.set('threads per core', `${Math.max(...online.map(cpu => cpu.siblings?.size ?? 0))}`);
  addNodes(answer, sources);
  const model = valueIfKnown(cpuSets.model.read(sources));
  answer.set('vendor', model?.vendor ?? '');
  answer.set('model', model?.name?.replaceAll(/\s+/g, ' ') ?? '');
  answer.set('flags', [...(model?.flags ?? [])].join(' '));
  return answer;
}

function addNodes(answer: Map<string, string>, sources: Sources): void {
  const found = valueIfKnown(nodes.read(sources));
  if (found === undefined) return;
  const pools = valueIfKnown(hugePages.read(sources));
  answer.set('nodes', found.map(({ node }) => node).join(' '));
  answer.set('number of nodes', `${found.length}`);
  answer.set('distances', found.map(({ distances }) => distances.join(' ')).join(', '));
  if (pools !== undefined) answer.set('huge page sizes', pools.map(pool => pool.pageSize).join(' '));
  for (const { node, cpus: own, total } of found) {
    answer.set(`CPUs of node ${node}`, own.toString());
    if (total !== undefined) answer.set(`memory of node ${node}`, `${total}`);
    const shares = pools?.map(pool => {
      const share = pool.nodes.find(each => each.node === node);
      return share === undefined ? undefined : `${share.total}×${pool.pageSize}`;
    });
    if (shares?.every(share => share !== undefined)) answer.set(`huge pages of node ${node}`, shares.join(' '));
  }
}
