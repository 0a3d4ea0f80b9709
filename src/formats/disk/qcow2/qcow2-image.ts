import { ImageFault } from '#formats/disk/image-fault';
import type { DataExtent, ImageFormat } from '#formats/disk/image-format';
import type { ImageInfo } from '#formats/disk/image-info';

import { checkQcow2 } from '#formats/disk/qcow2/check-qcow2';
import { ClusterMap } from '#formats/disk/qcow2/cluster-map';
import { decompressCluster } from '#formats/disk/qcow2/decompress-cluster';
import { openQcow2File, type Qcow2File } from '#formats/disk/qcow2/qcow2-file';
import { isQcow2 } from '#formats/disk/qcow2/qcow2-header';
import { qcow2Info } from '#formats/disk/qcow2/qcow2-info';

/** qcow2, versions 2 and 3 (QEMU's docs/interop/qcow2.txt). */
export const qcow2: ImageFormat = {
  name: 'qcow2',
  probe: head => (isQcow2(head) && (head[7] ?? 0) + (head[6] ?? 0) + (head[5] ?? 0) + (head[4] ?? 0) >= 2 ? 100 : 0),
  open(file, neighbours) {
    const image = openQcow2File(file, neighbours);
    const { backingName, backingFormat } = image.extensions;
    const map = new ClusterMap(image);
    let info: ImageInfo | undefined;
    let last: { readonly start: number; readonly bytes: Buffer } | undefined;
    /** Gives the cluster that starts at a byte of the guest's disk, decompressed; the last one is kept. */
    const cluster = (start: number): Buffer => {
      if (last?.start !== start) {
        const { high, low } = map.entryAt(start);
        last = { start, bytes: decompressCluster(image, high, low) };
      }
      return last.bytes;
    };
    return {
      format: 'qcow2',
      virtualSize: image.header.virtualSize,
      // snapshots and bitmaps are read when they are asked for: an image where they are damaged can still be read and examined
      get info() {
        info ??= qcow2Info(image);
        return info;
      },
      backing: backingName === undefined ? undefined : { name: backingName, format: backingFormat },
      extentAt: at => map.extentAt(at),
      readExtent(extent, skip, target) {
        if (extent.isEncrypted === true)
          throw new ImageFault('unsupported', 'the image is encrypted; what is in it cannot be read');
        if (extent.offset === undefined) readCompressed(image, cluster, extent.start + skip, target);
        else readPlain(image, extent, extent.offset + skip, target);
      },
      check: tell => checkQcow2(image, tell),
    };
  },
};

function readCompressed(image: Qcow2File, cluster: (start: number) => Buffer, at: number, target: Uint8Array): void {
  const { clusterSize } = image.header;
  for (let done = 0; done < target.length; ) {
    const within = (at + done) % clusterSize;
    const piece = cluster(at + done - within).subarray(within, within + target.length - done);
    target.set(piece, done);
    done += piece.length;
  }
}

function readPlain({ file: own, header }: Qcow2File, { file = own }: DataExtent, at: number, target: Uint8Array): void {
  // QEMU need not write the last cluster whole: what is missing of it reads as zeroes
  const whole = Math.ceil(file.size / header.clusterSize) * header.clusterSize;
  if (at + target.length > whole)
    throw new ImageFault('cut-short', `data stands beyond the end of the file, at ${file.size}`, at);
  const count = at < file.size ? file.readInto(target, at) : 0;
  target.fill(0, count);
}
