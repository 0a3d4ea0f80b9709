import { isLegalCodePoint } from '#formats/xml/xml-characters';

/** The five entities that XML predefines; libvirt's documents know no others. */
const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** `&name;`, `&#10;` or `&#xA;`; the bound keeps a lone `&` from being searched to the end of the text. */
const reference = /&(?:#([0-9]{1,10})|#x([0-9A-Fa-f]{1,8})|([A-Za-z]{1,8}));/y;

/** The character that the reference at `at` stands for and where it ends; undefined when it is none we know. */
export function readReference(text: string, at: number): { char: string; end: number } | undefined {
  reference.lastIndex = at;
  const found = reference.exec(text);
  if (!found) return undefined;
  const [, decimal, hex, name] = found;
  const end = reference.lastIndex;
  if (name !== undefined) {
    const char = Object.hasOwn(predefined, name) ? predefined[name] : undefined;
    return char === undefined ? undefined : { char, end };
  }
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
  return isLegalCodePoint(code) ? { char: String.fromCodePoint(code), end } : undefined;
}

/** Replaces every reference by its character. The text is known to be well-formed. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&[^;&]{1,12};/g, whole => readReference(whole, 0)?.char ?? whole);
}
