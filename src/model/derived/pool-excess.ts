import { hugePageUse } from '#model/derived/huge-page-use';
import { poolTargets } from '#model/derived/pool-target';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import { allKnown, type Known, mapKnown } from '#model/known';
import { type Bytes, bytes, sumBytes } from '#units/bytes';

/**
 * Gives the memory in huge-page pools that neither a committed guest nor another program needs: what smaller pools would give back.
 * 0 where a guest could not be read: nobody knows what it needs.
 */
export const poolExcess = (host: Host, guests: Known<readonly Guest[]>): Known<Bytes> =>
  mapKnown(allKnown({ pools: host.memory.hugePages, use: hugePageUse(guests, host.memory) }), ({ pools, use }) =>
    use.known < use.of
      ? bytes(0)
      : sumBytes(
          poolTargets(pools, use).map(({ pool, least }) => bytes((pool.total - pool.surplus - least) * pool.pageSize)),
        ),
  );
