/**
 * Reads what `reg query KEY /v VALUE` prints on Windows: the key, then name, type and data separated by blanks. Numbers (REG_DWORD, in
 * hexadecimal) come out in decimal. Gives undefined where the value is not among the lines.
 */
export function parseRegistryValue(text: string, name: string): string | undefined {
  for (const line of text.split('\n', 100)) {
    const match = /^\s*(\S{1,200})\s+(REG_\w{1,20})\s+(.{0,300})$/.exec(line.trimEnd());
    if (match?.[1]?.toLowerCase() !== name.toLowerCase()) continue;
    const data = match[3]?.trim() ?? '';
    return /^0x[0-9a-f]{1,8}$/i.test(data) ? String(Number.parseInt(data, 16)) : data;
  }
  return undefined;
}
