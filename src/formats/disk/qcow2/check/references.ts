import type { Damage } from '#formats/disk/image-check';
import type { DamageList } from '#formats/disk/qcow2/check/damage-list';
import type { ReferenceCounts } from '#formats/disk/qcow2/check/reference-counts';
import type { Qcow2File } from '#formats/disk/qcow2/qcow2-file';

/** What refers to a stretch of the file. */
export interface Referrer {
  /** For a person: what stands there. */
  readonly what: string;
  /** Byte of the file that says so. */
  readonly at: number;
  readonly guest: () => Damage['guest'];
}

/** Counts references, and sees that they do not lead out of the file. */
export class References {
  readonly counts: ReferenceCounts;
  readonly #damages: DamageList;
  readonly #clusterSize: number;
  readonly #fileSize: number;
  /** Clusters of the file; one more where what starts in the last one goes on a little beyond. */
  clusters: number;

  constructor(image: Qcow2File, clusters: number, counts: ReferenceCounts, damages: DamageList) {
    this.counts = counts;
    this.clusters = clusters;
    this.#damages = damages;
    this.#clusterSize = image.header.clusterSize;
    this.#fileSize = image.file.size;
  }

  /** Counts all clusters of a stretch of the file as referred to, several times. */
  add(offset: number, length: number, times: number, who: Referrer): void {
    if (length <= 0) return;
    const size = this.#clusterSize;
    // the last cluster need not be there whole
    if (offset + length - this.#fileSize >= size) {
      const says = `${who.what} stands beyond the end of the file`;
      this.#damages.corrupt({ kind: 'out-of-range', says, at: who.at, ...this.#guest(who) }, times);
      return;
    }
    const last = Math.floor((offset + length - 1) / size);
    for (let cluster = Math.floor(offset / size); cluster <= last; cluster++) {
      const over = this.counts.add(cluster, times);
      if (over > 0) {
        const says = `${who.what} stands in a cluster that is used more often than the image can count`;
        this.#damages.corrupt({ kind: 'refcount', says, at: cluster * size, ...this.#guest(who) }, over);
      }
    }
    if (last >= this.clusters) this.clusters = last + 1;
  }

  #guest(who: Referrer): { guest?: NonNullable<Damage['guest']> } {
    const guest = this.#damages.hasRoom ? who.guest() : undefined;
    return guest === undefined || guest.length === 0 ? {} : { guest };
  }
}
