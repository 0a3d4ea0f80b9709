import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { attribute, children, text } from '#formats/xml/xml-tree';
import { CpuSet } from '#units/cpu-set';
import { type Answer, printIds, printParts } from './answer.js';

/** An object of hwloc's tree as both of its outputs show it. */
interface Thing {
  readonly type: string;
  readonly id: number | undefined;
  readonly cpus: CpuSet;
}

/** Reads the XML that lstopo writes (hwloc2.dtd); bitmaps are words of 32 bits, highest first. */
export function hwlocXmlAnswer(xml: string): Answer {
  const { root } = parseXml(xml.replace(/<!DOCTYPE[^>]*>/, ''), { file: 'hwloc' });
  const answer = new Map<string, string>();
  const things: Thing[] = [];
  const sizes = new Set<number>();
  const look = (element: XmlElement): void => {
    for (const object of children(element, 'object')) {
      const type = attribute(object, 'type') ?? '';
      const id = numberOf(attribute(object, 'os_index'));
      const cpus = bitmapOf(attribute(object, 'cpuset') ?? '');
      things.push({ type, id, cpus });
      if (type === 'NUMANode') {
        answer.set(`memory of node ${id}`, attribute(object, 'local_memory') ?? '');
        const pages = children(object, 'page_type').slice(1);
        for (const page of pages) sizes.add(Number(attribute(page, 'size')));
        if (pages.length > 0)
          answer.set(
            `huge pages of node ${id}`,
            pages.map(page => `${attribute(page, 'count')}×${attribute(page, 'size')}`).join(' '),
          );
      }
      look(object);
    }
  };
  look(root);
  addThings(answer, things);
  if (sizes.size > 0) answer.set('huge page sizes', [...sizes].sort((a, b) => a - b).join(' '));
  for (const matrix of children(root, 'distances2')) {
    if (attribute(matrix, 'name') !== 'NUMALatency') continue;
    const ids = wordsOf(children(matrix, 'indexes'));
    const values = wordsOf(children(matrix, 'u64values'));
    const rows = ids.map((_, row) => values.slice(row * ids.length, (row + 1) * ids.length));
    answer.set('distances', rows.map(row => row.join(' ')).join(', '));
  }
  return answer;
}

/** Reads what `lstopo -v` prints for a terminal: a tree by indentation. Sizes are rounded there, so memory is left out. */
export function hwlocConsoleAnswer(console: string): Answer {
  const open: { indent: number; type: string; id: number | undefined; cpus: number[] }[] = [];
  const all: { type: string; id: number | undefined; cpus: readonly number[] }[] = [];
  for (const line of console.split('\n')) {
    if (line.startsWith('depth 0:')) break;
    const match = /^( *)(\w+)(?:\[[^\]]*\])?(?:\([^)]*\))? L#\d+(?: \((?:P#(\d+))?)?/.exec(line);
    if (match === null && !line.startsWith('Machine')) continue;
    const indent = match?.[1]?.length ?? 0;
    const type = match?.[2] ?? 'Machine';
    const id = numberOf(match?.[3]);
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    if (type === 'NUMANode') {
      // a node has the CPUs of the object that it hangs from, whose list is still being filled
      all.push({ type, id, cpus: open.at(-1)?.cpus ?? [] });
      continue;
    }
    // a memory-side cache stands between a node and its place
    if (type === 'MemCache') continue;
    const cpus: number[] = [];
    const thing = { indent, type, id, cpus };
    open.push(thing);
    all.push(thing);
    if (type === 'PU' && id !== undefined) for (const holder of open) holder.cpus.push(id);
  }
  const answer = new Map<string, string>();
  addThings(
    answer,
    all.map(({ type, id, cpus }) => ({ type, id, cpus: CpuSet.of(cpus) })),
  );
  addMatrix(
    answer,
    console,
    all.filter(({ type }) => type === 'NUMANode').map(({ id }) => id ?? -1),
  );
  return answer;
}

/** The matrix is by logical indexes: the order in which the nodes are shown. */
function addMatrix(answer: Map<string, string>, console: string, ids: readonly number[]): void {
  const lines = console.split('\n');
  const at = lines.findIndex(line => line.startsWith('Relative latency matrix (name NUMALatency'));
  if (at < 0) return;
  const columns = (lines[at + 1] ?? '').trim().split(/\s+/).slice(1).map(Number);
  const rows = lines.slice(at + 2, at + 2 + columns.length).map(line => line.trim().split(/\s+/));
  const order = columns.map((logical, place) => ({ id: ids[logical] ?? -1, place })).sort((a, b) => a.id - b.id);
  answer.set(
    'distances',
    order.map(row => order.map(column => rows[row.place]?.[column.place + 1]).join(' ')).join(', '),
  );
}

function addThings(answer: Map<string, string>, things: readonly Thing[]): void {
  const keys = (type: string): ReadonlyMap<number, string> =>
    new Map(
      things.filter(thing => thing.type === type).flatMap(({ cpus }) => [...cpus].map(cpu => [cpu, cpus.toString()])),
    );
  const ids = (type: string): ReadonlyMap<number, number> =>
    new Map(
      things
        .filter(thing => thing.type === type)
        .flatMap(({ id, cpus }) => (id === undefined ? [] : [...cpus].map((cpu): [number, number] => [cpu, id]))),
    );
  answer.set('CPUs online', CpuSet.of(keys('PU').keys()).toString());
  answer.set('cores', printParts(keys('Core')));
  answer.set('packages', printParts(keys('Package')));
  answer.set('core ids', printIds(ids('Core')));
  answer.set('package ids', printIds(ids('Package')));
  const nodes = things.filter(({ type }) => type === 'NUMANode').sort((a, b) => (a.id ?? 0) - (b.id ?? 0));
  answer.set('nodes', nodes.map(({ id }) => id).join(' '));
  for (const { id, cpus } of nodes) answer.set(`CPUs of node ${id}`, cpus.toString());
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

const wordsOf = (elements: readonly XmlElement[]): readonly string[] =>
  elements.flatMap(element => text(element).split(/\s+/)).filter(word => word !== '');

function bitmapOf(bitmap: string): CpuSet {
  const words = bitmap.split(',').map(word => word.replace('0x', '').padStart(8, '0'));
  return CpuSet.parseMask(words.join(',')) ?? CpuSet.of([]);
}
