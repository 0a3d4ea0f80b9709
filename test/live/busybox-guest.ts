import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { missingParts } from './missing-parts.js';
import { testCache } from './private-libvirtd.js';

const run = promisify(execFile);

/** Why no busybox guest can be made here; undefined where one can. */
export const noBusyboxGuest = (): string | undefined =>
  missingParts(['busybox', 'cpio', 'gzip']) ??
  (guestKernel() === undefined ? 'no kernel for guests (NEARMETAL_TEST_INSTALL=1 npm test fetches one)' : undefined);

/** Path of the kernel that guests boot: what `npm test` found or fetched. */
function guestKernel(): string | undefined {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nearmetal', 'guest-kernel');
  const fetched = entriesOf(cache).filter(name => name.startsWith('linux-image-'));
  const folder = process.env['NEARMETAL_TEST_KERNEL'] ?? join(cache, fetched.sort().at(-1) ?? '');
  const kernel = entriesOf(join(folder, 'boot')).find(name => name.startsWith('vmlinuz-'));
  return kernel === undefined ? undefined : join(folder, 'boot', kernel);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

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
  /** Has the guest load a driver for its balloon: without one it keeps all its memory. */
  readonly hasBalloonDriver?: boolean;
  /** Seconds after which it switches itself off. */
  readonly powerOffAfterS?: number;
  /** Elements to be put behind `<os>`. */
  readonly elements?: string;
  /** Elements to be put into `<devices>`. */
  readonly devices?: string;
}

/** Packs the initrd, a static busybox and a few lines of shell, into a folder that may be used again. See `noBusyboxGuest`. */
export async function busyboxGuest(): Promise<BusyboxGuest> {
  const kernel = guestKernel();
  if (kernel === undefined) throw new Error(noBusyboxGuest());
  const version = createHash('sha256').update(init).update(kernel).digest('hex').slice(0, 12);
  const initrd = join(testCache(), `busybox-initrd-${version}`);
  if (!existsSync(initrd)) await makeInitrd(initrd, kernel);
  return { kernel, initrd, xml: shape => guestXml(kernel, initrd, shape) };
}

/** Modules of the kernel that make the balloon work, in the order in which they are loaded. */
const balloonDrivers = [
  'virtio_ring',
  'virtio',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
  'virtio_balloon',
] as const;

/** The first program of the guest. */
const init = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
case $(cat /proc/cmdline) in *load-balloon*) for driver in ${balloonDrivers.join(' ')}; do insmod /lib/$driver.ko; done ;; esac
echo nearmetal guest is up
for word in $(cat /proc/cmdline); do
  case $word in power-off-after=*) sleep "\${word#*=}"; poweroff -f ;; esac
done
while :; do sleep 1000; done
`;

async function makeInitrd(initrd: string, kernel: string): Promise<void> {
  await mkdir(testCache(), { recursive: true });
  const work = await mkdtemp(`${initrd}-`);
  try {
    const tree = join(work, 'tree');
    for (const name of ['bin', 'lib', 'proc', 'sys', 'dev']) await mkdir(join(tree, name), { recursive: true });
    await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
    for (const name of ['sh', 'mount', 'echo', 'cat', 'sleep', 'poweroff', 'insmod'])
      await symlink('busybox', join(tree, 'bin', name));
    for (const path of balloonModules(kernel)) await copyFile(path, join(tree, 'lib', basename(path)));
    await writeFile(join(tree, 'init'), init, { mode: 0o755 });
    await run('sh', ['-c', 'find . | cpio -o -H newc --quiet | gzip > ../initrd'], { cwd: tree });
    await rename(join(work, 'initrd'), initrd);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Paths of the modules that there are; a kernel that has a driver built in has no module of it. */
function balloonModules(kernel: string): readonly string[] {
  const folder = join(
    dirname(dirname(kernel)),
    'lib/modules',
    basename(kernel).replace('vmlinuz-', ''),
    'kernel/drivers/virtio',
  );
  return balloonDrivers.map(name => join(folder, `${name}.ko`)).filter(path => existsSync(path));
}

function guestXml(kernel: string, initrd: string, shape: BusyboxShape): string {
  const {
    name,
    uuid,
    memoryMib = 128,
    vcpus = 1,
    console: log,
    hasBalloonDriver = false,
    powerOffAfterS,
    elements = '',
    devices = '',
  } = shape;
  // emulated on a busy machine, the timer may come too late for what the kernel tries out
  const cmdline = `console=ttyS0 quiet no_timer_check${hasBalloonDriver ? ' load-balloon' : ''}${powerOffAfterS === undefined ? '' : ` power-off-after=${powerOffAfterS}`}`;
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
