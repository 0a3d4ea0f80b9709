import type { KernelParameter } from '#model/kernel';
import type { SimulatedMachine } from '../simulated-machine/simulated-machine.js';

const wordText = ({ name, value }: KernelParameter): string => (value === undefined ? name : `${name}=${value}`);

/** Words that are new come last, and those that are gone go; then the kernel does what its words say, as far as it shows in files. */
export function bootKernel(
  machine: SimulatedMachine,
  was: readonly KernelParameter[],
  is: readonly KernelParameter[],
  pools: boolean,
): void {
  const [old, next] = [was.map(wordText), is.map(wordText)];
  if (old.join(' ') === next.join(' ')) {
    if (pools) bootHugePages(machine, is);
    return;
  }
  const running = (machine.text('/proc/cmdline') ?? '').trim().split(/\s+/);
  const isSame = ({ name }: KernelParameter): boolean =>
    old.filter(word => word === name || word.startsWith(`${name}=`)).join(' ') ===
    next.filter(word => word === name || word.startsWith(`${name}=`)).join(' ');
  const moved = new Set([...was, ...is].filter(word => !isSame(word)).map(({ name }) => name));
  // words about huge pages hang together by their order
  if ([...moved].some(isOfHugePages)) for (const { name } of [...was, ...is]) if (isOfHugePages(name)) moved.add(name);
  const nameOf = (word: string): string => word.split('=', 1)[0] ?? '';
  const words = [
    ...running.filter(word => !moved.has(nameOf(word))),
    ...is.filter(({ name }) => moved.has(name)).map(wordText),
  ];
  machine.files.write('/proc/cmdline', `${words.join(' ')}\n`);
  const last = (name: string): string | undefined =>
    moved.has(name) ? is.findLast(word => word.name === name)?.value : undefined;
  const isolated = last('isolcpus');
  if (isolated !== undefined) machine.files.write('/sys/devices/system/cpu/isolated', `${isolated}\n`);
  const noTick = last('nohz_full');
  if (noTick !== undefined) machine.files.write('/sys/devices/system/cpu/nohz_full', `${noTick}\n`);
  if (pools || [...moved].some(isOfHugePages)) bootHugePages(machine, is);
}

const isOfHugePages = (name: string): boolean => /^(?:default_)?huge(?:pages|pagesz)$/.test(name);

const scales: Readonly<Record<string, number>> = { K: 1, M: 1024, G: 1024 ** 2 };

/** linux: Documentation/admin-guide/kernel-parameters.txt, hugepages, hugepagesz. */
function bootHugePages(machine: SimulatedMachine, words: readonly KernelParameter[]): void {
  const sizeOf = (text = ''): number => Number.parseInt(text, 10) * (scales[text.slice(-1).toUpperCase()] ?? 1);
  const meminfo = (): string => machine.text('/proc/meminfo') ?? '';
  const byDefault = words.findLast(({ name }) => name === 'default_hugepagesz')?.value;
  if (byDefault !== undefined)
    machine.files.write('/proc/meminfo', meminfo().replace(/(Hugepagesize:\s+)\d+/, `$1${sizeOf(byDefault)}`));
  let size = Number(/Hugepagesize:\s+(\d+)/.exec(meminfo())?.[1] ?? 2048);
  for (const { name, value = '' } of words) {
    if (name === 'hugepagesz') size = sizeOf(value);
    // linux: mm/hugetlb.c: pages that come of hugetlb_cma= are not set aside at boot
    if (name !== 'hugepages' || (size >= 1024 ** 2 && words.some(word => word.name === 'hugetlb_cma'))) continue;
    const pool = `hugepages/hugepages-${size}kB/nr_hugepages`;
    if (!value.includes(':')) machine.files.writeKnob(`/sys/kernel/mm/${pool}`, value);
    else
      for (const share of value.split(',')) {
        const [node = '', count = ''] = share.split(':');
        machine.files.writeKnob(`/sys/devices/system/node/node${node}/${pool}`, count);
      }
  }
}
