import { parseMemorySize } from '#model/derived/huge-page-words';
import type { Host } from '#model/host';
import { allKnown, type Known, mapKnown } from '#model/known';
import type { Bytes } from '#units/bytes';

/** A mounted hugetlbfs. */
export interface Hugetlbfs {
  readonly target: string;
  /** Its page size: the option pagesize=, else the default size; linux admin-guide/mm/hugetlbpage.rst. */
  readonly pageSize: Bytes | undefined;
}

/** Gives the mounted hugetlbfs, in the order of /proc/self/mounts. */
export const mountedHugetlbfs = (host: Host): Known<readonly Hugetlbfs[]> =>
  mapKnown(allKnown({ mounts: host.mounts, defaultSize: host.memory.defaultHugePageSize }), ({ mounts, defaultSize }) =>
    mounts
      .filter(({ type }) => type === 'hugetlbfs')
      .map(({ target, options }) => {
        const size = options.get('pagesize');
        return { target, pageSize: typeof size === 'string' ? parseMemorySize(size) : defaultSize };
      }),
  );
