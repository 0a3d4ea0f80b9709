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
  const size = /^dom0_mem=(?:.*,)?(\d+)([KMGT])/.exec(next.findLast(word => word.startsWith('dom0_mem=')) ?? '');
  const list = output(['xl', 'list', '0']);
  if (size !== null && list !== undefined) {
    const mib = Math.round(Number(size[1]) * (scales[size[2] ?? 'M'] ?? 1));
    told.set('xl list 0', list.replace(/^(Domain-0\s+0\s+)\d+/m, `$1${mib}`));
  }
  return told;
}
