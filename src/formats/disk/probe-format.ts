import type { ImageFormat } from '#formats/disk/image-format';

/** Bytes at the start of a file that tell its format: QEMU looks at 512; some formats say more right after. */
export const headLength = 2048;

/**
 * Takes the formats, the first bytes of a file, its size and name; gives the format that is surest of it, as QEMU probes. A guess: who owns the
 * guest may have written these bytes.
 */
export function probeFormat(
  formats: readonly ImageFormat[],
  head: Uint8Array,
  size: number,
  name: string,
): ImageFormat | undefined {
  let best: ImageFormat | undefined;
  let most = 0;
  for (const format of formats) {
    const score = format.probe(head, size, name);
    if (score > most) [best, most] = [format, score];
  }
  return best;
}
