import { hugePageNeeds } from '#model/derived/huge-page-need';
import { valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';
import type { SimulatedMachine } from '../simulated-machine/simulated-machine.js';

/** Huge pages by size (KiB) and the nodes that alone may give them: `2048 0`. */
export type HeldPages = ReadonlyMap<string, number>;

/** What guests that run are made of. */
function neededBy({ guests, host }: Machine): HeldPages {
  const needed = new Map<string, number>();
  for (const { live, state } of valueIfKnown(guests) ?? []) {
    const config = valueIfKnown(live);
    if (config === undefined || valueIfKnown(state) === 'shut-off') continue;
    for (const { pages, nodes } of valueIfKnown(hugePageNeeds(config, host.memory)) ?? []) {
      const key = `${pages.size / 1024} ${nodes?.toString() ?? ''}`;
      needed.set(key, (needed.get(key) ?? 0) + pages.count);
    }
  }
  return needed;
}

/** What guests hold of pools as they were captured: in examples they may run without having taken their pages. */
export const heldAtFirst = (machine: Machine): HeldPages =>
  new Map(
    [...neededBy(machine)].map(([key, count]) => {
      const size = Number(key.split(' ')[0]) * 1024;
      const pool = valueIfKnown(machine.host.memory.hugePages)?.find(({ pageSize }) => pageSize === size);
      return [key, Math.min(count, pool === undefined ? 0 : pool.total - pool.free)];
    }),
  );

/** Lets guests take huge pages, or give them back, as they run now; gives what they hold then, as far as there are enough. */
export function takeHugePages(machine: SimulatedMachine, held: HeldPages, now: Machine): HeldPages {
  const needed = neededBy(now);
  const after = new Map<string, number>();
  for (const key of new Set([...held.keys(), ...needed.keys()])) {
    const [size = '', nodes = ''] = key.split(' ');
    const there = held.get(key) ?? 0;
    after.set(key, there + move(machine, size, nodes, (needed.get(key) ?? 0) - there));
  }
  return after;
}

/** Takes pages (more than 0) or gives them back, node after node; gives how many. */
function move(machine: SimulatedMachine, size: string, nodes: string, count: number): number {
  const name = `hugepages/hugepages-${size}kB`;
  const own = machine.files.kernel
    .list('/sys/devices/system/node')
    .filter(
      node =>
        /^node\d+$/.test(node) && (nodes === '' || nodes.split(',').some(one => isIn(one, Number(node.slice(4))))),
    )
    .map(node => `/sys/devices/system/node/${node}/${name}`)
    .filter(folder => machine.text(`${folder}/free_hugepages`) !== undefined);
  const number = (path: string): number => Number(machine.text(path)?.trim() ?? 0);
  if (count === 0) return 0;
  let left = count;
  for (const folder of own) {
    const free = number(`${folder}/free_hugepages`);
    const step = left > 0 ? Math.min(left, free) : -Math.min(-left, number(`${folder}/nr_hugepages`) - free);
    machine.files.write(`${folder}/free_hugepages`, `${free - step}\n`);
    left -= step;
  }
  const whole = `/sys/kernel/mm/${name}/free_hugepages`;
  const moved = count - left;
  if (machine.text(whole) !== undefined) machine.files.write(whole, `${number(whole) - moved}\n`);
  return moved;
}

function isIn(range: string, node: number): boolean {
  const [first = 0, last = first] = range.split('-').map(Number);
  return node >= first && node <= last;
}
