import { CpuSet } from '#units/cpu-set';
import { type Answer, printIds, printParts } from './answer.js';

/** Reads `lscpu --parse=CPU,CORE,SOCKET,NODE`: lines of comma-separated numbers; those of the online CPUs. */
export function lscpuParseAnswer(text: string, numbers: 'logical' | 'physical'): Answer {
  const rows = text
    .split('\n')
    .filter(line => /^\d+,/.test(line))
    .map(line => line.split(',').map(word => (/^\d+$/.test(word) ? Number(word) : undefined)));
  const column = (at: number): ReadonlyMap<number, number | undefined> =>
    new Map(rows.map(row => [row[0] ?? -1, row[at]]));
  if (numbers === 'physical')
    return new Map([
      ['core ids', printIds(column(1))],
      ['package ids', printIds(column(2))],
      ['node ids', printIds(column(3))],
    ]);
  return new Map([
    ['CPUs online', CpuSet.of(column(0).keys()).toString()],
    ['cores', printParts(column(1))],
    ['packages', printParts(column(2))],
    ['CPUs by node', printParts(column(3))],
  ]);
}

/** Reads `lscpu --json --extended --all`: every CPU, those offline too. */
export function lscpuAllAnswer(json: string): Answer {
  const rows = [...json.matchAll(/\{[^{}]*"cpu": (\d+),[^{}]*\}/g)].map(([row, cpu]) => ({
    cpu: Number(cpu),
    online: /"online": (true|false)/.exec(row)?.[1],
  }));
  const answer = new Map([['CPUs', CpuSet.of(rows.map(({ cpu }) => cpu)).toString()]]);
  if (rows.every(({ online }) => online !== undefined))
    answer.set(
      'CPUs online',
      CpuSet.of(rows.filter(({ online }) => online === 'true').map(({ cpu }) => cpu)).toString(),
    );
  return answer;
}

/** Reads the summary that `lscpu` prints. */
export function lscpuSummaryAnswer(fields: readonly (readonly [field: string, value: string])[]): Answer {
  const answer = new Map<string, string>();
  for (const [field, value] of fields) {
    const node = /^NUMA node(\d+) CPU\(s\):$/.exec(field)?.[1];
    const quantity = node === undefined ? quantities.get(field) : `CPUs of node ${node}`;
    // with several kinds of core the summary begins anew for each: the first is that of the first CPU
    if (quantity === undefined || value === '-' || answer.has(quantity)) continue;
    answer.set(quantity, normalized(quantity, value));
  }
  return answer;
}

/** Old kernels name a flag twice (`dts`): a set has it once. */
function normalized(quantity: string, value: string): string {
  if (quantity === 'flags') return [...new Set(value.split(/\s+/))].join(' ');
  return quantity.includes('CPUs') ? (CpuSet.parse(value)?.toString() ?? value) : value.replaceAll(/\s+/g, ' ');
}

/** Takes `lscpu --json`; gives its fields in order. */
export const fieldsOfJson = (json: string): readonly (readonly [string, string])[] =>
  [...json.matchAll(/"field": "([^"]*)",\s*"data": (?:"([^"]*)"|null)/g)].map(([, field = '', data = '']) => [
    field,
    data,
  ]);

/** Takes what `lscpu` prints for a terminal, up to the first empty line; gives its fields in order. */
export const fieldsOfText = (text: string): readonly (readonly [string, string])[] =>
  (text.split('\n\n', 1)[0] ?? '').split('\n').map(line => {
    const at = line.indexOf(':') + 1;
    return [line.slice(0, at), line.slice(at).trim()];
  });

const quantities: ReadonlyMap<string, string> = new Map([
  ['On-line CPU(s) list:', 'list of CPUs online'],
  ['Thread(s) per core:', 'threads per core'],
  ['Core(s) per socket:', 'cores per package'],
  ['Socket(s):', 'number of packages'],
  ['NUMA node(s):', 'number of nodes'],
  ['Vendor ID:', 'vendor'],
  ['Model name:', 'model'],
  ['Flags:', 'flags'],
]);
