import type { ImageChain } from '#formats/disk/image-chain';
import type { OpenImage } from '#formats/disk/image-format';
import { maskSource } from '#formats/secrets/mask-source';

/** Something about a chain that will surprise. */
export interface ChainRemark {
  /** The layer: 0 is the topmost. */
  readonly depth: number;
  readonly says: string;
  /** Why that matters. */
  readonly because: string;
}

/** Layers from which on QEMU's memory for metadata and the time of an open are felt; the limit is a policy. */
const manyLayers = 8;

/** The ID of a VMDK's content, or that of its parent's; undefined of other formats. */
const contentId = ({ info }: OpenImage, which: 'cid' | 'parent-cid'): unknown => info['format-specific']?.data[which];

/** Gives what will surprise about a chain, layer by layer. What breaks it stands in the chain itself. */
export function chainRemarks({ layers, broken }: ImageChain): readonly ChainRemark[] {
  const remarks: ChainRemark[] = [];
  for (const [depth, { path, image, formatBy, looksLike }] of layers.entries()) {
    const say = (says: string, because: string): void => void remarks.push({ depth, says, because });
    const { backing } = image;
    const below = layers[depth + 1];
    if (backing !== undefined && backing.format === undefined && !backing.name.startsWith('json:'))
      say(
        'the format of its backing file is not recorded',
        'a guest that owns a raw backing file can write a header into it that makes QEMU open any other file; libvirt refuses to start the guest',
      );
    if (formatBy !== 'probed' && image.format === 'raw' && looksLike !== 'raw')
      say(
        `it is taken as raw, and its first bytes are those of ${looksLike}`,
        'either the format is wrong, and the guest sees garbage, or the guest wrote them',
      );
    if (backing?.name.startsWith('/') === true && path.includes('/') && !path.startsWith('/'))
      say('its backing file is named by an absolute path', 'moved or copied to another host, it is looked for there');
    if (below !== undefined && image.virtualSize < below.image.virtualSize)
      say('it is smaller than its backing file', 'what lies behind its end is not seen');
    const parentId = contentId(image, 'parent-cid');
    if (below !== undefined && parentId !== undefined && contentId(below.image, 'cid') !== parentId)
      say(
        'its parent has another content ID than when it was laid over it',
        'the parent was written to since then, or is another one: QEMU refuses to read what is not in the child',
      );
    if (backing?.name.startsWith('json:') === true)
      say(`its backing file is described: ${maskSource(backing.name)}`, 'not all tools read such names');
  }
  if (layers.length > manyLayers && broken === undefined)
    remarks.push({
      depth: 0,
      says: `${layers.length} layers`,
      because: 'each has caches of its own and is asked in turn for what no layer above has',
    });
  return remarks;
}
