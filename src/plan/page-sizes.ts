import type { Change } from '#change/change';
import { partsOf } from '#plan/change-parts';
import { stateWords } from '#plan/state-words';

/**
 * Gives the sizes of huge pages that a change sets up or asks for, in bytes; undefined among them: the host's default size. None where it
 * is not about huge pages.
 */
export function pageSizesOf({ kind, on, after }: Change): readonly (number | undefined)[] {
  const inPath = /hugepages-(\d{1,9})kB/.exec(on)?.[1];
  if (inPath !== undefined) return [Number(inPath) * 1024];
  if (/\bvm\.nr_hugepages$/.test(on)) return [undefined];
  if (kind === 'kernel-command-line') {
    const words = stateWords(after);
    const sizes = [...words.matchAll(/\bhugepagesz=(\d{1,6})([KMG])/gi)].map(([, count, unit]) => sizeOf(count, unit));
    return /(?:^| )hugepages=/.test(words) && sizes.length === 0 ? [undefined] : sizes;
  }
  return partsOf(after).flatMap(({ path, content = '' }) => {
    if (!/^memoryBacking(?:\/|$)/.test(path) || !/hugepages|<page\b/.test(`${path} ${content}`)) return [];
    const pages = content.match(/<page\b[^>]{0,200}>/g) ?? [];
    return pages.length === 0 ? [undefined] : pages.map(pageSize);
  });
}

/** libvirt: formatdomain, hugepages/page: KiB unless a unit is said. */
function pageSize(element: string): number | undefined {
  const size = /\bsize\s*=\s*["'](\d{1,9})["']/.exec(element)?.[1];
  const unit = /\bunit\s*=\s*["'](\w{1,5})["']/.exec(element)?.[1] ?? 'KiB';
  return size === undefined ? undefined : sizeOf(size, unit.charAt(0));
}

const scales: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

const sizeOf = (count = '0', unit = 'k'): number => Number(count) * (scales[unit.toLowerCase()] ?? 1);
