import { guests } from '#collect/guests';
import { hostReadings, type ImagePaths } from '#collect/host-readings';
import { insideOf } from '#collect/inside/guest-inside';
import { networks } from '#collect/networks';
import { pools } from '#collect/pools';
import { collectAll } from '#collect/reading';
import type { Sources } from '#collect/sources';
import type { Disk } from '#model/domain-devices';
import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import type { StoragePool } from '#model/image';
import { type Known, known, valueIfKnown } from '#model/known';
import type { Machine } from '#model/machine';

/** What to collect from. */
export interface Place {
  /** The place in words, for people. */
  readonly source: string;
  readonly sources: Sources;
  /** Guests that came as documents; they stand in for those of the sources. */
  readonly documents?: readonly Guest[];
  /** The text of each of them, by name. */
  readonly definitions?: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  /** `documents`: there is no host behind them. */
  readonly extent: 'host' | 'documents';
  readonly notes?: readonly string[];
}

/** Reads a place, once and whole: all facts that the model has room for. */
export function collectMachine({ source, sources, documents, extent, notes = [] }: Place): Machine {
  const all: Known<readonly Guest[]> =
    documents === undefined ? guests.read(sources) : known(documents.map(withInside(sources)));
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

/** A document says nothing of what goes on in the guest; a facts file may. */
function withInside(sources: Sources): (guest: Guest) => Guest {
  const inside = insideOf(sources);
  return guest => ({ ...guest, inside: inside({ name: guest.name, uuid: valueIfKnown(guest.uuid) }) });
}

/** What guests' definitions name, and where pools lie. */
function imagePaths(all: Known<readonly Guest[]>, allPools: Known<readonly StoragePool[]>): ImagePaths {
  const disks = (valueIfKnown(all) ?? []).flatMap(guest => valueIfKnown(guest.config.disks) ?? []);
  const files = disks.flatMap(disk => (disk.type === 'file' && disk.source?.startsWith('/') ? [disk.source] : []));
  const folders = (valueIfKnown(allPools) ?? []).flatMap(pool =>
    pool.path?.startsWith('/') && pool.type !== 'logical' ? [pool.path] : [],
  );
  const layers = disks.flatMap(disk => {
    const below = layersOf(disk);
    const helper = disk.reservations === undefined ? [] : [disk.reservations.socket ?? '/usr/bin/qemu-pr-helper'];
    return disk.type === 'file' || disk.type === 'block' ? [disk.source, ...below, ...helper] : helper;
  });
  const devices = (valueIfKnown(all) ?? []).flatMap(({ config: { emulator, qemuDevices } }) =>
    (valueIfKnown(qemuDevices) ?? []).map(({ device }) => ({ emulator: valueIfKnown(emulator) ?? '', device })),
  );
  const asked = new Map(devices.map(one => [`${one.emulator} ${one.device}`, one]));
  const named = new Set(layers.flatMap(path => (path?.startsWith('/') ? [path] : [])));
  return {
    folders: [...new Set([...files, ...folders])].sort(),
    devices: [...asked.values()],
    files: [...named].sort(),
    imageFolders: [
      ...new Set([...folders, ...[...named].map(path => path.slice(0, path.lastIndexOf('/')) || '/')]),
    ].sort(),
  };
}

/** Paths of the layers below an image, also of the one that could not be looked at. */
function layersOf({ image, backing }: Disk): readonly (string | undefined)[] {
  const facts = valueIfKnown(image);
  if (facts?.backing === undefined) return [facts?.backingPath, ...backing.map(({ source }) => source)];
  return [...facts.backing.map(({ path }) => path), facts.backing.at(-1)?.backingPath];
}
