import type { Content } from '#formats/inside/content';
import { contentProbes } from '#formats/inside/content-probes';
import type { Look } from '#formats/inside/look';

/** What stands somewhere, and what else it could be taken for. */
export interface Identified {
  readonly content: Content;
  /** Others whose marks are there too: what was there before and was not wiped, or someone's deceit. Empty where they belong together. */
  readonly also: readonly Content[];
}

/** Smaller ones are taken for floppies: the first that fits is it, and none is a member of an array. As blkid has it. */
const floppy = 1440 * 1024;
const least = 1024;

/**
 * Says what stands in a source. A member of an array or something encrypted is that, whatever shines through; else the first kind that fits, sound
 * ones before damaged.
 */
export function identifyContent(look: Look): Identified | undefined {
  if (look.size <= least) return undefined;
  const found: { content: Content; isTolerant: boolean }[] = [];
  for (const probe of contentProbes) {
    const content = probe.identify(look);
    if (content === undefined) continue;
    const isBelow = content.usage === 'raid' || content.usage === 'crypto';
    if (content.usage === 'raid' && look.size <= floppy) continue;
    if (isBelow && found.length === 0) return { content, also: [] };
    found.push({ content, isTolerant: probe.isTolerant === true });
    if (look.size <= floppy || isBelow) break;
  }
  const best = found.find(({ content }) => isSound(content)) ?? found[0];
  if (best === undefined) return undefined;
  const others = found.filter(one => one !== best);
  const belongTogether = found.every(one => one.isTolerant);
  return { content: best.content, also: belongTogether ? [] : others.map(one => one.content) };
}

const isSound = (content: Content): boolean => content.faults === undefined || content.faults.length === 0;
