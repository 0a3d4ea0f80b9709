/** TCP_LISTEN of linux/net/tcp_states.h. */
const listens = '0A';

/** Reads /proc/net/tcp or tcp6 (linux: Documentation/networking/proc_net_tcp.rst): the ports on which some process listens. */
export function parseListeningPorts(text: string): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const line of text.split('\n')) {
    const fields = /^ *\d{1,9}: [0-9A-F]{8,32}:([0-9A-F]{4}) [0-9A-F]{8,32}:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line);
    if (fields?.[1] !== undefined && fields[2] === listens) ports.add(Number.parseInt(fields[1], 16));
  }
  return ports;
}
