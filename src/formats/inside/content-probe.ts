import type { Content } from '#formats/inside/content';
import type { Look } from '#formats/inside/look';

/** Recognises one kind of content. */
export interface ContentProbe {
  /** blkid's name of what it recognises; of a family, that of the best known. */
  readonly type: string;
  /** It may stand beside another without contradiction: a CD is often both ISO 9660 and UDF. */
  readonly isTolerant?: boolean;
  /** Says what is there, or undefined. Reads little, and nothing that it has not checked the bounds of; throws only what reading throws. */
  readonly identify: (look: Look) => Content | undefined;
}
