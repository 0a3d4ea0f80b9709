import { maskXml } from '#formats/secrets/mask-xml';

/** Longest quotation. */
const longest = 300;

/** Takes the source of an element; gives it on one line, shortened, secrets masked. */
export function printEvidence(source: string): string {
  const line = maskXml(source).replaceAll(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest)} …` : line;
}
