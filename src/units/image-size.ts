const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };

/** Takes a size as qemu-img does: `10G`, `512M`, `1.5T`, bytes without a letter, all powers of 1024; gives bytes. Undefined for anything else. */
export function parseImageSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([KMGTP]?)(?:iB|B)?$/i.exec(text.trim());
  const scale = units[match?.[2]?.toUpperCase() ?? '-'];
  const size = match === null || scale === undefined ? Number.NaN : Number(match[1]) * scale;
  return Number.isSafeInteger(size) ? size : undefined;
}
