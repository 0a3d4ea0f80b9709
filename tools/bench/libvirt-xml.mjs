// How fast the XML of 200 defined guests is read: over one connection of our own client, against a loop of virsh processes
// as a shell script would have it; and how long a whole `nearmetal check` process takes, which reads and judges far more
// than that. All ask the same private libvirtd, in turns, in this one run.
//
//   node tools/build.mjs --tests && sudo node tools/bench/libvirt-xml.mjs [GUESTS [ROUNDS]]
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const [guestCount = 200, rounds = 3] = process.argv.slice(2).map(Number);
const wanted = 50;
const wantedOfCheck = 10;

const { noPrivateLibvirtd, startPrivateLibvirtd } = await import(
  resolve(import.meta.dirname, '../../build/test/live/private-libvirtd.js')
).catch(error => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('Build first: node tools/build.mjs --tests');
  process.exit(64);
});
// where this is set, Node reads all the certificates that it names and its own at each start, whatever it is started for
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const missing = noPrivateLibvirtd();
if (missing !== undefined) {
  console.error(`This bench cannot run here: ${missing}`);
  process.exit(66);
}

const daemon = await startPrivateLibvirtd();
try {
  const uri = `qemu:///system?socket=${daemon.socketDirectory}/libvirt-sock`;
  const setUp = await daemon.connect();
  await Promise.all(Array.from({ length: guestCount }, (_, at) => setUp.defineDomain(guestXml(at))));

  const times = { connected: [], whole: [], check: [], loop: [], batch: [] };
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    bytes = await timed(times.whole, async () => {
      const connection = await daemon.connect();
      const size = await readAll(connection);
      await connection.close();
      return size;
    });
    await timed(times.connected, () => readAll(setUp));
    await timed(times.check, () => check());
    const loop = await timed(times.loop, () =>
      sh(`for guest in $(virsh -c "$1" list --all --name); do virsh -c "$1" dumpxml --inactive "$guest"; done`),
    );
    const batch = await timed(times.batch, () =>
      sh(`virsh -c "$1" list --all --name | sed '/./s/.*/dumpxml --inactive &/' | virsh -c "$1"`),
    );
    if (loop < bytes || batch < bytes) throw new Error('virsh gave less than our client did');
  }
  await setUp.close();

  async function readAll(connection) {
    const guests = await connection.domains();
    const xmls = await Promise.all(guests.map(guest => connection.domainXml(guest, { inactive: true })));
    return xmls.reduce((sum, xml) => sum + Buffer.byteLength(xml), 0);
  }
  /** A whole process, from start to report, over this machine's own files; findings (exit 2) are no failure. */
  async function check() {
    await promisify(execFile)(process.execPath, ['dist/cli.cjs', 'check', '-c', uri, '--root', '/', '--summary'], {
      cwd: resolve(import.meta.dirname, '../..'),
      env,
    }).catch(error => {
      if (error.code !== 2) throw error;
    });
  }
  async function sh(script) {
    const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', uri], {
      maxBuffer: 2 ** 30,
      encoding: 'buffer',
    });
    return stdout.length;
  }
  report(times, bytes);
} finally {
  await daemon.stop();
}

async function timed(into, work) {
  const began = performance.now();
  const result = await work();
  into.push(performance.now() - began);
  return result;
}

function report(times, bytes) {
  const middle = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
  const { connected, whole, check, loop, batch } = Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, middle(list)]),
  );
  const line = (what, time) =>
    console.log(
      `${what.padEnd(52)} ${time.toFixed(1).padStart(9)} ms ${(time / guestCount).toFixed(3).padStart(8)} ms a guest ${(loop / time).toFixed(1).padStart(7)} ×`,
    );
  console.log(`XML of ${guestCount} guests (${(bytes / 1024).toFixed(0)} KiB), median of ${rounds} rounds in turns\n`);
  line('virsh list, then virsh dumpxml for each', loop);
  line('one virsh process for all dumpxml', batch);
  line('our client: connect, list, read, close', whole);
  line('our client, connected already: list, read', connected);
  line('nearmetal check, the whole process', check);
  console.log(`\n${(loop / whole).toFixed(1)} times as fast as the virsh loop (wanted: ${wanted})`);
  console.log(
    `check as a whole: ${(loop / check).toFixed(1)} times as fast as the virsh loop alone (wanted: ${wantedOfCheck})`,
  );
  process.exitCode = loop / whole >= wanted && loop / check >= wantedOfCheck ? 0 : 2;
}

/** A guest like those of a real host: two disks, two interfaces, pins. */
function guestXml(at) {
  const disk =
    name => `<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap'/>
      <source file='/var/lib/libvirt/images/guest${at}-${name}.qcow2'/><target dev='${name}' bus='virtio'/></disk>`;
  const nic =
    "<interface type='bridge'><source bridge='br0'/><model type='virtio'/><driver name='vhost' queues='2'/></interface>";
  return `<domain type='qemu'><name>guest${at}</name><memory unit='GiB'>4</memory><vcpu>4</vcpu>
    <cputune><vcpupin vcpu='0' cpuset='0'/><vcpupin vcpu='1' cpuset='0'/></cputune>
    <os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/><apic/></features>
    <devices>${disk('vda')}${disk('vdb')}${nic}${nic}
      <serial type='pty'/><channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
      <graphics type='vnc'/><video><model type='virtio'/></video><memballoon model='virtio'/><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    </devices></domain>`;
}
