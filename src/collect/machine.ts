import { guests } from '#collect/guests';
import { hostReadings } from '#collect/host-readings';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import { collectAll } from '#collect/reading';
import type { Sources } from '#collect/sources';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import type { StoragePool } from '#model/image';
import { type Known, valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';

/** What to collect from. */
export interface Place {
  /** The place in words, for people. */
  readonly source: string;
  readonly sources: Sources;
  /** Guests that came as documents; they stand in for those of the sources. */
  readonly documents?: readonly Guest[];
  /** `documents`: there is no host behind them. */
  readonly extent: 'host' | 'documents';
  readonly notes?: readonly string[];
}

/** Reads a place, once and whole: all facts that the model has room for. */
export function collectMachine({ source, sources, documents, extent, notes = [] }: Place): Machine {
  const all: Known<readonly Guest[]> =
    documents === undefined ? guests.read(sources) : { state: 'known', value: documents, evidence: [] };
  const allPools = pools.read(sources);
  return {
    source,
    extent,
    host: collectAll<Host>(hostReadings(imagePaths(all, allPools)), sources),
    guests: all,
    networks: networks.read(sources),
    pools: allPools,
    notes,
  };
}

/** Where guests' images lie: their files, and the folders of pools. */
function imagePaths(all: Known<readonly Guest[]>, allPools: Known<readonly StoragePool[]>): readonly string[] {
  const disks = (valueIfKnown(all) ?? []).flatMap(guest => valueIfKnown(guest.config.disks) ?? []);
  const files = disks.flatMap(disk => (disk.type === 'file' && disk.source?.startsWith('/') ? [disk.source] : []));
  const folders = (valueIfKnown(allPools) ?? []).flatMap(pool =>
    pool.path?.startsWith('/') && pool.type !== 'logical' ? [pool.path] : [],
  );
  return [...new Set([...files, ...folders])].sort();
}
