// A libvirt daemon that knows its answers by heart: what a check asks of one, for the run that warms up the code cache.
// The guests and texts are those of an example. Facts: libvirt, docs “RPC protocol & APIs”, remote_protocol.x.
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Listens on a socket at `path`; gives what ends that. `folder`: the answers of libvirt in a bundle. */
export async function answeringLibvirt(path, folder) {
  const answers = await answersOf(folder);
  const server = createServer(client => {
    let rest = Buffer.alloc(0);
    client.on('error', () => undefined);
    client.on('data', chunk => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 28 && rest.length >= rest.readUInt32BE(0)) {
        const head = Buffer.from(rest.subarray(0, 28));
        rest = rest.subarray(rest.readUInt32BE(0));
        const answer = answers[head.readUInt32BE(12)];
        const body = answer ?? Buffer.alloc(0);
        head.writeUInt32BE(28 + body.length, 0);
        // a reply; what is not known is no error here: the check says that it cannot read it
        head.writeUInt32BE(1, 16);
        client.write(Buffer.concat([head, body]));
      }
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return () => server.close();
}

/** By the numbers of the procedures. */
async function answersOf(folder) {
  const texts = async kind => {
    const names = await readdir(join(folder, kind)).catch(() => []);
    return Promise.all(
      names.filter(name => name.endsWith('.xml')).map(name => readFile(join(folder, kind, name), 'utf8')),
    );
  };
  const [xml = '<domain/>'] = await texts('domains');
  const [capabilities = '<capabilities/>'] = [
    await readFile(join(folder, 'capabilities.xml'), 'utf8').catch(() => undefined),
  ].filter(Boolean);
  const guests = Array.from({ length: 20 }, (_, at) =>
    Buffer.concat([string(`guest${at}`), Buffer.alloc(15), Buffer.from([at]), int(-1)]),
  );
  const stats = guests.map(guest =>
    Buffer.concat([guest, list([parameter('state.state', 5), parameter('vcpu.maximum', 4)])]),
  );
  return {
    66: list([int(0)]),
    60: int(1),
    157: long(9_000_000),
    4: long(7_002_000),
    59: string('host'),
    110: string('qemu:///system'),
    7: string(capabilities),
    6: Buffer.concat([Buffer.alloc(128), long(16_777_216), ...[4, 2000, 1, 1, 4, 1].map(int)]),
    273: Buffer.concat([list(guests), int(guests.length)]),
    344: list(stats),
    283: Buffer.concat([list([]), int(0)]),
    281: Buffer.concat([list([]), int(0)]),
    14: string(xml),
    342: string('<domainCapabilities/>'),
  };
}

function int(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function long(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function string(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([int(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

const list = items => Buffer.concat([int(items.length), ...items]);

/** An unsigned number with its name. */
const parameter = (name, value) => Buffer.concat([string(name), int(2), int(value)]);
