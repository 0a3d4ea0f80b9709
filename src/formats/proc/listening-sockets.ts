/** `__SO_ACCEPTCON` of linux/net.h: the socket listens. */
const accepts = 0x10000;

/** Reads /proc/net/unix (linux: proc(5)): the paths on which some process listens. Abstract names begin with `@`. */
export function parseListeningSockets(text: string): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const line of text.split('\n')) {
    const fields =
      /^[0-9a-fA-F]{1,16}: [0-9a-fA-F]{8} [0-9a-fA-F]{8} ([0-9a-fA-F]{8}) \d{4} [0-9a-fA-F]{2} +\d+ (\S.*)$/.exec(line);
    if (fields?.[1] !== undefined && fields[2] !== undefined && Number.parseInt(fields[1], 16) & accepts) {
      paths.add(fields[2]);
    }
  }
  return paths;
}
