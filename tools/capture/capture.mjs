// Takes a raw capture of a machine: its files, its libvirt's answers and its own tools' outputs, in the layout of a bundle.
//
//   node tools/capture/capture.mjs SHAPE TO      starts the machine where it does not run; leaves it running
//
//   TO/files/…           bytes of files, path = path; links as links
//   TO/libvirt/…         XML and answers (only of shapes that have libvirt captured)
//   TO/commands/…        outputs of lscpu, numactl, virsh and so on: what our readings are judged by
//   TO/unread.tsv        what was there but could not be read, with the reason
//   TO/origin.json       what this is a capture of
//
// Fails, and removes what it took, if the one secret of the machine (a VNC password) appears anywhere in it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { outputInside, pull, push, runInside } from './inside.mjs';
import { start } from './machine.mjs';
import { commandLine } from './qemu-arguments.mjs';

const [name, to] = process.argv.slice(2);
if (to === undefined) {
  console.error('usage: capture.mjs SHAPE TO');
  process.exit(64);
}
const machine = await start(name);
const { shape } = machine;
const folder = resolve(to);
const lists = `paths-kernel.txt${shape.libvirt ? ' paths-host.txt' : ''}`;

await push(machine, import.meta.dirname, ['inside'], '/run/capture-tools');
const code = await runInside(
  machine,
  `set -e; rm -rf /run/raw; mkdir -p /run/raw/files; cd /run/capture-tools/inside
   # Of the processes: QEMU's of each guest, and KSM's.
   for pid in $(for file in /run/libvirt/qemu/*.pid; do cat "$file" 2>/dev/null && echo; done) $(pgrep -x ksmd); do
     for name in status stat statm cgroup limits numa_maps smaps_rollup ksm_stat ksm_merging_pages 'task/*/comm' 'task/*/stat' 'task/*/status'; do
       echo "/proc/$pid/$name"
     done
   done >/run/processes.txt
   node read-files.mjs /run/raw/files ${lists} /run/processes.txt
   sh run-commands.sh /run/raw/commands ${shape.libvirt ? 'libvirt' : ''} </dev/null
   ${shape.libvirt ? 'sh ask-libvirt.sh /run/raw/libvirt </dev/null' : ''}`,
);
if (code !== 0) throw new Error(`reading inside ended with ${code}`);
rmSync(folder, { recursive: true, force: true });
await pull(machine, '/run/raw', folder);
const secret = (await outputInside(machine, 'cat /root/vnc-password 2>/dev/null || true')).trim();
if (secret !== '' && contains(folder, secret)) {
  rmSync(folder, { recursive: true });
  throw new Error('the capture held a secret; it was removed');
}
writeFileSync(
  join(folder, 'origin.json'),
  `${JSON.stringify(
    {
      origin: 'captured',
      machine: name,
      says: shape.says,
      from: 'an emulated machine (QEMU 7.2, TCG) made by tools/capture; Debian 12',
      kernel: machine.kernel,
      commandLine: commandLine(shape, machine.kernel),
      qemu: {
        cpu: shape.cpu,
        smp: shape.smp,
        memoryMib: shape.memory,
        nodes: shape.nodes ?? null,
        distances: shape.distances ?? null,
        disks: shape.disks ?? [],
      },
    },
    null,
    2,
  )}\n`,
);
await runInside(machine, 'rm -rf /run/raw /run/capture-tools');

function contains(top, secret) {
  return readdirSync(top, { recursive: true, withFileTypes: true }).some(
    entry => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(secret),
  );
}
