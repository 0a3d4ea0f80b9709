import { execFile } from 'node:child_process';
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missingParts } from './missing-parts.js';
import { testCache } from './private-libvirtd.js';

const run = promisify(execFile);

/** Why no busybox guest can be made here; undefined where one can. */
export const noBusyboxGuest = (): string | undefined => missingParts(['busybox', 'cpio', 'dpkg', 'apt-get']);

/** A guest small enough for a machine without KVM: up in a few seconds, in 128 MiB, under QEMU's own emulation. */
export interface BusyboxGuest {
  readonly kernel: string;
  readonly initrd: string;
  /** Gives the guest's XML. */
  xml(shape: BusyboxShape): string;
}

/** What the guest is to be like. */
export interface BusyboxShape {
  readonly name: string;
  readonly uuid?: string;
  /** 128 unless told otherwise. */
  readonly memoryMib?: number;
  readonly vcpus?: number;
  /** A file that gets what the guest prints; the line “nearmetal guest is up” comes when it runs. */
  readonly console?: string;
  /** Seconds after which it switches itself off. */
  readonly powerOffAfterS?: number;
  /** Elements to be put behind `<os>`. */
  readonly elements?: string;
  /** Elements to be put into `<devices>`. */
  readonly devices?: string;
}

/** Makes kernel and initrd where they are not made yet: Debian's cloud kernel, unpacked but not installed, and a static busybox. */
export async function busyboxGuest(): Promise<BusyboxGuest> {
  const folder = join(testCache(), 'busybox-guest');
  const [kernel, initrd] = [join(folder, 'vmlinuz'), join(folder, 'initrd')];
  const isMade = await access(initrd).then(
    () => true,
    () => false,
  );
  if (!isMade) await make(folder);
  return { kernel, initrd, xml: shape => guestXml(kernel, initrd, shape) };
}

async function make(folder: string): Promise<void> {
  await mkdir(testCache(), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  try {
    await mkdir(join(work, 'made'));
    await copyFile(await fetchKernel(work), join(work, 'made/vmlinuz'));
    await makeInitrd(work);
    // of several tests that made it at once the first wins
    await rename(join(work, 'made'), folder).catch(() => access(join(folder, 'initrd')));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchKernel(work: string): Promise<string> {
  const { stdout } = await run('apt-cache', ['depends', '--important', 'linux-image-cloud-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error('apt does not know linux-image-cloud-amd64; run apt-get update');
  await run('apt-get', ['download', name], { cwd: work });
  const file = (await readdir(work)).find(entry => entry.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get download ${name} brought nothing`);
  await run('dpkg', ['-x', file, 'unpacked'], { cwd: work });
  const boot = join(work, 'unpacked/boot');
  const kernel = (await readdir(boot)).find(entry => entry.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error(`${name} holds no kernel`);
  return join(boot, kernel);
}

/** The first program of the guest. */
const init = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
echo nearmetal guest is up
for word in $(cat /proc/cmdline); do
  case $word in power-off-after=*) sleep "\${word#*=}"; poweroff -f ;; esac
done
while :; do sleep 1000; done
`;

async function makeInitrd(work: string): Promise<void> {
  const tree = join(work, 'tree');
  for (const name of ['bin', 'proc', 'sys', 'dev']) await mkdir(join(tree, name), { recursive: true });
  await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
  for (const applet of ['sh', 'mount', 'echo', 'cat', 'sleep', 'poweroff'])
    await symlink('busybox', join(tree, 'bin', applet));
  await writeFile(join(tree, 'init'), init);
  await chmod(join(tree, 'init'), 0o755);
  await run('sh', ['-c', 'find . | cpio -o -H newc --quiet | gzip -9 > ../made/initrd'], { cwd: tree });
}

function guestXml(kernel: string, initrd: string, shape: BusyboxShape): string {
  const { name, uuid, memoryMib = 128, vcpus = 1, console: log, powerOffAfterS, elements = '', devices = '' } = shape;
  const cmdline = `console=ttyS0 quiet${powerOffAfterS === undefined ? '' : ` power-off-after=${powerOffAfterS}`}`;
  return `<domain type='qemu'>
  <name>${name}</name>${uuid === undefined ? '' : `\n  <uuid>${uuid}</uuid>`}
  <memory unit='MiB'>${memoryMib}</memory>
  <vcpu>${vcpus}</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>${kernel}</kernel>
    <initrd>${initrd}</initrd>
    <cmdline>${cmdline}</cmdline>
  </os>
  ${elements}
  <features>
    <acpi/>
  </features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    ${log === undefined ? "<serial type='pty'/>" : `<serial type='file'><source path='${log}'/></serial>`}
    ${devices}
  </devices>
</domain>
`;
}
