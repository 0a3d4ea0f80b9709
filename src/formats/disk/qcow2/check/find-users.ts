import type { Damage } from '#formats/disk/image-check';
import type { Mismatch } from '#formats/disk/qcow2/check/compare-counts';
import { DamageList } from '#formats/disk/qcow2/check/damage-list';
import { type GuestRange, guestRanges } from '#formats/disk/qcow2/check/guest-ranges';
import type { MetadataPart, MetadataWalk } from '#formats/disk/qcow2/check/metadata-walk';
import type { RecordedCounts } from '#formats/disk/qcow2/check/recorded-counts';
import { clusterKind, offsetOf } from '#formats/disk/qcow2/cluster-map';
import { compressedPlace } from '#formats/disk/qcow2/decompress-cluster';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';

/** The most stretches of the guest's disk that are told of one damage. */
const mostRanges = 64;

/** Who uses clusters of a mismatch. */
interface Users {
  readonly metadata: Set<string>;
  readonly guest: GuestRange[];
}

/** Tells each mismatch as a damage: what uses the clusters, and where the guest is hit. The image is gone through once more for it. */
export function tellMismatches(
  image: Qcow2File,
  walk: MetadataWalk,
  recorded: RecordedCounts,
  mismatches: readonly Mismatch[],
  damages: DamageList,
): void {
  const used = mismatches.filter(mismatch => mismatch.used > 0);
  const users = used.length === 0 ? new Map<Mismatch, Users>() : findUsers(image, walk, recorded, used);
  for (const mismatch of mismatches) damages.tell(damageOf(mismatch, users.get(mismatch), image.header.clusterSize));
}

function damageOf({ cluster, count, recorded, used }: Mismatch, users: Users | undefined, clusterSize: number): Damage {
  const at = cluster * clusterSize;
  const clusters = count === 1 ? 'a cluster is' : `${count} clusters are`;
  const guest = users === undefined || users.guest.length === 0 ? {} : { guest: users.guest };
  if (recorded > used) {
    const says =
      used === 0
        ? `${clusters} counted as used, and not used`
        : `${clusters} counted as used ${recorded} times, and used ${times(used)}`;
    return { kind: 'leak', says, at, ...guest };
  }
  const metadata = [...(users?.metadata ?? [])];
  const by = [...metadata, ...('guest' in guest ? ['the guest’s data'] : [])];
  const isShared = used > 1 && metadata.length > 0;
  const says = `${clusters} counted as ${recorded === 0 ? 'free' : `used ${times(recorded)}`}, and used ${times(used)}`;
  return {
    kind: isShared ? 'overlap' : 'refcount',
    says: by.length === 0 ? says : `${says}: by ${by.join(', ')}`,
    at,
    ...guest,
  };
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function findUsers(
  image: Qcow2File,
  walk: MetadataWalk,
  recorded: RecordedCounts,
  mismatches: readonly Mismatch[],
): ReadonlyMap<Mismatch, Users> {
  const { clusterSize, clusterBits } = image.header;
  const users = new Map(
    mismatches.map(mismatch => [mismatch, { metadata: new Set<string>(), guest: [] as GuestRange[] }]),
  );
  const places = new Places(mismatches);
  const part = ({ name, offset, length }: Pick<MetadataPart, 'name' | 'offset' | 'length'>): void => {
    if (length <= 0 || offset >= image.file.size) return;
    for (const hit of places.within(Math.floor(offset / clusterSize), Math.floor((offset + length - 1) / clusterSize)))
      users.get(hit)?.metadata.add(name);
  };
  for (const each of walk.parts()) part(each);
  for (let index = 0; index < recorded.blocks; index++) {
    const offset = recorded.blockOffset(index);
    if (offset !== 0) part({ name: 'a refcount block', offset, length: clusterSize });
  }
  walk.bitmapEntries((high, low) => {
    const offset = offsetOf(high, low);
    if (offset !== 0) part({ name: 'a bitmap', offset, length: clusterSize });
  });
  walk.tables(
    {
      entry: () => undefined,
      table(words, table) {
        const first = Math.floor(table.offset / clusterSize);
        for (const hit of places.within(first, first)) {
          users.get(hit)?.metadata.add('an L2 table');
          add(users.get(hit), guestRanges(image, table));
        }
        const step = image.entryBytes / 4;
        for (let word = 0; word < words.length; word += step) {
          const [high = 0, low = 0] = [words[word], words[word + 1]];
          if ((high | low) === 0) continue;
          const place = placeOf(high, low, image);
          const from = Math.floor(place.offset / clusterSize);
          if (!places.mayHold(from) && place.length <= clusterSize && place.offset % clusterSize === 0) continue;
          for (const hit of places.within(from, Math.floor((place.offset + place.length - 1) / clusterSize)))
            add(users.get(hit), guestRanges(image, table, word / step, 1));
        }
      },
    },
    // what is wrong with the tables is told already
    new DamageList(),
  );
  return users;

  function placeOf(high: number, low: number, file: Qcow2File): { readonly offset: number; readonly length: number } {
    const kind = clusterKind(high, low, file);
    if (kind === 'compressed') return compressedPlace(high >>> 0, low >>> 0, clusterBits);
    return kind === 'data' || kind === 'zero-allocated'
      ? { offset: offsetOf(high, low), length: file.hasDataFile ? 0 : clusterSize }
      : { offset: 0, length: 0 };
  }
}

/** Adds stretches, joined with the last where they go on from it. */
function add(users: Users | undefined, ranges: readonly GuestRange[]): void {
  for (const range of ranges) {
    const last = users?.guest.at(-1);
    if (last !== undefined && last.start + last.length === range.start)
      users?.guest.splice(-1, 1, { start: last.start, length: last.length + range.length });
    else if (users !== undefined && users.guest.length < mostRanges) users.guest.push(range);
  }
}

/** Which mismatch a cluster belongs to. */
class Places {
  readonly #sorted: readonly Mismatch[];
  readonly #first: number;
  readonly #end: number;

  constructor(mismatches: readonly Mismatch[]) {
    this.#sorted = mismatches.toSorted((one, other) => one.cluster - other.cluster);
    this.#first = this.#sorted[0]?.cluster ?? 0;
    const last = this.#sorted.at(-1);
    this.#end = last === undefined ? 0 : last.cluster + last.count;
  }

  /** Lies a cluster where there are any? */
  mayHold(cluster: number): boolean {
    return cluster >= this.#first && cluster < this.#end;
  }

  /** Gives the mismatches that touch some clusters. */
  *within(first: number, last: number): Generator<Mismatch> {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const mismatch = this.#sorted[middle];
      if (mismatch !== undefined && mismatch.cluster + mismatch.count <= first) low = middle + 1;
      else high = middle;
    }
    for (; low < this.#sorted.length; low++) {
      const mismatch = this.#sorted[low];
      if (mismatch === undefined || mismatch.cluster > last) return;
      yield mismatch;
    }
  }
}
