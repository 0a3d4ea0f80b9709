/** Reads one device of udev's database (/run/udev/data/b8:0): the properties, lines `E:NAME=value`. The format is systemd's own (src/libsystemd/sd-device) and has been the same since 2008. */
export function parseUdevDatabase(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^E:([A-Za-z0-9_.]{1,128})=(.*)$/.exec(line);
    if (match?.[1] !== undefined) properties.set(match[1], match[2] ?? '');
  }
  return properties;
}
