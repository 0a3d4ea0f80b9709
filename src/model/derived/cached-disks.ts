import { isCommitted } from '#model/derived/committed-guests';
import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';

/** Cache modes in which writes gather in the page cache of the host; QEMU takes writeback where nothing is said. */
const gathers: ReadonlySet<string> = new Set(['default', 'writeback', 'unsafe']);

/** Gives the disks of committed guests whose writes wait in the host's page cache, as `guest/target`; libvirt formatdomain, driver/@cache. */
export const cachedDisks = (guests: readonly Guest[]): readonly string[] =>
  guests
    .filter(guest => valueIfKnown(isCommitted(guest)) === true)
    .flatMap(guest =>
      (valueIfKnown(guest.config.disks) ?? [])
        .filter(({ device, type, isReadOnly }) => device === 'disk' && type !== 'network' && !isReadOnly)
        .filter(({ cache = 'default' }) => gathers.has(cache))
        .map(({ target }) => `${guest.name}/${target}`),
    );
