import { ImageFault } from '#formats/disk/image-fault';

/** A set of clusters of a file, by number. */
export interface ClusterSet {
  /** Adds a cluster; gives whether it was there already. */
  readonly add: (cluster: number) => boolean;
  /** Gives the stretches of clusters from `first` on that are not in the set. */
  readonly gaps: (first: number) => Generator<{ readonly first: number; readonly count: number }>;
}

/** 128 MiB of bits. */
const mostClusters = 2 ** 30;

/** Gives an empty set of the clusters below `count`. Throws ImageFault `unsupported` where it would take too much memory. */
export function clusterSet(count: number): ClusterSet {
  if (!(count <= mostClusters)) throw new ImageFault('unsupported', `a file of ${count} clusters is not examined`);
  const bits = new Uint8Array(Math.ceil(count / 8));
  const has = (cluster: number) => ((bits[cluster >>> 3] ?? 0) & (1 << (cluster & 7))) !== 0;
  return {
    add(cluster) {
      if (has(cluster)) return true;
      bits[cluster >>> 3] = (bits[cluster >>> 3] ?? 0) | (1 << (cluster & 7));
      return false;
    },
    *gaps(start) {
      for (let first = start; first < count; first += 1) {
        if ((first & 7) === 0 && bits[first >>> 3] === 0xff) first += 7;
        else if (!has(first)) {
          let end = first + 1;
          while (end < count && !has(end)) end += (end & 7) === 0 && bits[end >>> 3] === 0 ? 8 : 1;
          end = Math.min(end, count);
          yield { first, count: end - first };
          first = end;
        }
      }
    },
  };
}
