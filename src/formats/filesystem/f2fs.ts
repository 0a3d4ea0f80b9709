import { littleEndian64 } from '#formats/disk/read-bytes';
import type { ContentProbe } from '#formats/inside/content-probe';
import { product, uuidAt, wideTextAt } from '#formats/inside/fields';
import type { Look } from '#formats/inside/look';

/** F2FS (include/linux/f2fs_fs.h of the kernel): superblock at 1024, what is used in one of two checkpoints. */
export const f2fs: ContentProbe = {
  type: 'f2fs',
  identify(look) {
    const block = look.at(1024, 1148);
    if (block === undefined || block.readUInt32LE(0) !== 0xf2f52010) return undefined;
    const shift = block.readUInt32LE(16);
    if (shift < 9 || shift > 16) return undefined;
    const clusterSize = 2 ** shift;
    const segment = 2 ** Math.min(block.readUInt32LE(20), 31);
    const [checkpoint, other] = [0, segment]
      .map(more => readCheckpoint(look, (block.readUInt32LE(76) + more) * clusterSize))
      .sort((one, another) => (another?.version ?? -1) - (one?.version ?? -1));
    const used = checkpoint ?? other;
    return {
      type: 'f2fs',
      usage: 'filesystem',
      at: 1024,
      version: `${block.readUInt16LE(4)}.${block.readUInt16LE(6)}`,
      label: wideTextAt(block, 124, 1024, 'little'),
      uuid: uuidAt(block, 108),
      blockSize: clusterSize,
      clusterSize,
      size: product(littleEndian64(block, 36), clusterSize),
      free: used === undefined ? undefined : product(used.blocks - used.valid, clusterSize),
    };
  },
};

interface Checkpoint {
  readonly version: number;
  readonly blocks: number;
  readonly valid: number;
}

function readCheckpoint(look: Look, at: number): Checkpoint | undefined {
  const bytes = look.at(at, 24);
  if (bytes === undefined) return undefined;
  const found = {
    version: littleEndian64(bytes, 0),
    blocks: littleEndian64(bytes, 8),
    valid: littleEndian64(bytes, 16),
  };
  return found.version > 0 && found.valid <= found.blocks ? found : undefined;
}
