import { unreadImage } from '#collect/guest/image-of-stats';
import type { PoolAnswer, VolumeAnswer } from '#collect/libvirt-answers';
import { readDocument } from '#collect/read-document';
import { parseStorageVolume, type StorageVolumeXml } from '#formats/libvirt-xml/parse-storage-volume';
import { maskSource } from '#formats/secrets/mask-source';
import type { Image } from '#model/image';
import { type Known, known, unknown } from '#model/known';

/** The call that tells of a volume. */
export const volumeCall = 'virStorageVolGetXMLDesc';

/** More layers than any chain that works. */
const mostLayers = 200;

/** Images as volumes of libvirt's storage pools, whose facts are as old as the pool's last refresh. */
export class VolumeImages {
  readonly #volumes = new Map<string, VolumeAnswer>();
  readonly #read = new Map<VolumeAnswer, StorageVolumeXml | undefined>();

  constructor(pools: readonly PoolAnswer[]) {
    for (const pool of pools) {
      for (const volume of 'value' in pool.volumes ? pool.volumes.value : []) {
        this.#volumes.set(`${pool.name}/${volume.name}`, volume);
        if (volume.path !== '') this.#volumes.set(volume.path, volume);
      }
    }
  }

  /** Takes a path, or pool/volume; gives the path. */
  pathOf(source: string): string {
    return this.#volumes.get(source)?.path || source;
  }

  /** Takes a path, or pool/volume; gives the image with the layers below it. */
  image(source: string): Known<Image> {
    const xml = this.#parsed(source);
    if (xml === undefined) return unknown(`${source} is no volume of a storage pool that libvirt knows`);
    const image = { ...imageOfVolume(source, xml), backing: this.#below(xml) };
    const value = `format=${image.format} capacity=${image.virtualSize} allocation=${image.allocated}`;
    return known(image, { from: `${volumeCall} ${source}`, value });
  }

  /** Layers below a volume; undefined where there are some of which nobody knows how many. */
  #below(top: StorageVolumeXml): readonly Image[] | undefined {
    const layers: Image[] = [];
    let at = top;
    while (at.backing !== undefined) {
      const next = this.#parsed(at.backing.path);
      if (next === undefined || layers.length >= mostLayers) return undefined;
      layers.push(imageOfVolume(at.backing.path, next));
      at = next;
    }
    return layers;
  }

  #parsed(source: string): StorageVolumeXml | undefined {
    const volume = this.#volumes.get(source);
    if (volume === undefined) return undefined;
    if (!this.#read.has(volume)) this.#read.set(volume, parseVolume(volume));
    return this.#read.get(volume);
  }
}

function parseVolume({ xml, name }: VolumeAnswer): StorageVolumeXml | undefined {
  if (!('value' in xml)) return undefined;
  const volume = readDocument(xml.value, `${volumeCall} ${name}`, parseStorageVolume);
  return 'state' in volume ? undefined : volume;
}

function imageOfVolume(source: string, volume: StorageVolumeXml): Image {
  const isQcow2 = volume.format === 'qcow2';
  return {
    ...unreadImage(maskSource(volume.path ?? source)),
    format: volume.format,
    virtualSize: volume.capacity,
    allocated: volume.type === 'block' ? undefined : volume.allocation,
    clusterSize: volume.clusterSize,
    isEncrypted: volume.isEncrypted,
    compatibility: volume.compat,
    lazyRefcounts: isQcow2 ? volume.features.includes('lazy_refcounts') : undefined,
    extendedL2: isQcow2 ? volume.features.includes('extended_l2') : undefined,
    backingPath: volume.backing === undefined ? undefined : maskSource(volume.backing.path),
    backingFormat: volume.backing?.format,
  };
}
