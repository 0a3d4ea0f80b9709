import type { ClusterMap } from '#formats/disk/cluster-map';
import type { ByteSource } from '#units/byte-source';

/** A part of a VMDK's disk: a file, or part of one, that stands as it is or in grains with tables. Bytes. */
export interface VmdkPart {
  readonly file: ByteSource;
  readonly size: number;
  /** Undefined: the part stands in the file as it is, from this byte on. */
  readonly grains: VmdkGrains | undefined;
  readonly flatAt: number;
}

/** Tables of a part whose grains are written as they are needed. */
export interface VmdkGrains {
  readonly map: ClusterMap;
  /** Where compressed, each grain has a mark before it that tells its length. */
  readonly hasMarkers: boolean;
}
