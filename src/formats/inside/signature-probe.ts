import type { Content } from '#formats/inside/content';
import type { ContentProbe } from '#formats/inside/content-probe';
import { standsAt, textAt, uuidAt } from '#formats/inside/fields';

/** A kind of content of which no more than a mark, a UUID and a label at fixed places are read. */
export interface Signature {
  readonly type: string;
  readonly usage: Content['usage'];
  /** Bytes from the start of which all else is counted. */
  readonly start?: number;
  /** The mark: byte, and one letter for each of its bytes. */
  readonly mark: readonly [number, string];
  readonly version?: string;
  readonly uuid?: number;
  readonly label?: readonly [number, number];
  readonly blockSize?: number;
}

/** Makes the probe of such a kind. */
export const signatureProbe = ({
  type,
  usage,
  start = 0,
  mark,
  version,
  uuid,
  label,
  blockSize,
}: Signature): ContentProbe => ({
  type,
  identify(look) {
    if (!standsAt(look.at(start + mark[0], mark[1].length), 0, mark[1])) return undefined;
    const head = look.at(start, Math.min(1024, look.size - start));
    if (head === undefined) return undefined;
    return {
      type,
      usage,
      at: start + mark[0],
      version,
      uuid: uuid === undefined || head.length < uuid + 16 ? undefined : uuidAt(head, uuid),
      label: label === undefined ? undefined : textAt(head, ...label),
      blockSize,
      clusterSize: blockSize,
    };
  },
});
