import type { KernelParameter } from '#model/kernel';

const scales: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 ** 2 };

/** Outputs of xl, by command line, after Xen was booted with other options: its command line, and the memory of dom0. */
export function bootXen(
  was: readonly KernelParameter[],
  is: readonly KernelParameter[],
  output: (argv: readonly string[]) => string | undefined,
): ReadonlyMap<string, string> {
  const wordText = ({ name, value }: KernelParameter): string => (value === undefined ? name : `${name}=${value}`);
  const [old, next] = [was.map(wordText), is.map(wordText)];
  const told = new Map<string, string>();
  if (old.join(' ') === next.join(' ')) return told;
  const info = output(['xl', 'info']);
  if (info !== undefined)
    told.set(
      'xl info',
      info.replace(/^(xen_commandline\s*: ?)(.*)$/m, (_, head: string, line: string) => {
        const kept = line.split(/\s+/).filter(word => word !== '' && !old.includes(word) && !next.includes(word));
        return `${head}${[...kept, ...next].join(' ')}`;
      }),
    );
  const total = Number(/^total_memory\s*:\s*(\d+)/m.exec(info ?? '')?.[1] ?? 0);
  const option = next.findLast(word => word.startsWith('dom0_mem='))?.slice('dom0_mem='.length);
  const list = output(['xl', 'list', '0']);
  if (option !== undefined && list !== undefined)
    told.set('xl list 0', list.replace(/^(Domain-0\s+0\s+)\d+/m, `$1${dom0Memory(option, total)}`));
  return told;
}

/** What `4G,max:4G` or `1G+10%,max:64G` is of a machine of so much memory, in MiB. */
function dom0Memory(option: string, total: number): number {
  const sizeOf = (text: string): number =>
    text.split('+').reduce((sum, part) => {
      const share = /^(\d+)%$/.exec(part)?.[1];
      const [, count = '0', unit = 'K'] = /^(\d+)([KMGT]?)$/.exec(part) ?? [];
      return sum + (share === undefined ? Number(count) * (scales[unit] ?? 1) : (total * Number(share)) / 100);
    }, 0);
  const parts = option.split(',');
  const most = parts.find(part => part.startsWith('max:'))?.slice(4);
  const own = parts.find(part => !/^(?:min|max):/.test(part));
  return Math.round(Math.min(sizeOf(own ?? most ?? '0'), most === undefined ? Number.POSITIVE_INFINITY : sizeOf(most)));
}
