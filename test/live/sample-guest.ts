import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeExt4, makeXfs } from '../made-file-system.js';
import { missingParts } from './missing-parts.js';

const run = promisify(execFile);

/** Why no such guest can be made and booted here; undefined where one can. */
export const noSampleGuest = (): string | undefined =>
  missingParts([
    'busybox',
    'cpio',
    'gzip',
    'xz',
    'zstd',
    'lz4',
    'bzip2',
    'depmod',
    'mkfs.ext4',
    'mkfs.xfs',
    'sfdisk',
    'qemu-img',
    'qemu-system-x86_64',
  ]) ??
  (ordinaryKernel() === undefined
    ? 'no ordinary kernel for guests (NEARMETAL_TEST_INSTALL=1 npm test fetches one)'
    : undefined);

/** A folder with boot/ and lib/modules/ of Debian's ordinary kernel. */
function ordinaryKernel(): string | undefined {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nearmetal', 'ordinary-kernel');
  const fetched = existsSync(cache) ? readdirSync(cache).filter(name => name.startsWith('linux-image-')) : [];
  const folder = process.env['NEARMETAL_TEST_ORDINARY_KERNEL'] ?? join(cache, fetched.sort().at(-1) ?? '');
  return existsSync(join(folder, 'lib/modules')) ? folder : undefined;
}

/** What a guest is to be like. */
export interface SampleShape {
  readonly name: string;
  readonly fileSystem: 'ext4' | 'xfs';
  /** Drivers that its initrd holds, with what they need. */
  readonly initrd: readonly string[];
  readonly packing: 'gzip' | 'xz' | 'zstd' | 'lz4' | 'bzip2';
  /** Whether an uncompressed archive, as of microcode, stands before it. */
  readonly hasEarlyArchive?: boolean;
  /** root= of its boot menu, and the device of `/` in fstab. */
  readonly root: string;
  readonly fstab: string;
  /** Drivers that its kernel has not, not even as modules. */
  readonly without?: readonly string[];
  /** Whether its root is a partition of a GPT, in a qcow2 image. */
  readonly isPartitioned?: boolean;
}

export const rootUuid = '7d1c9f02-3a53-4b0e-9a51-0c6f3a8f5e11';
export const rootLabel = 'sample';

/** Drivers that a guest's kernel has. */
const kernelDrivers = [
  'virtio_blk',
  'virtio_scsi',
  'virtio_net',
  'virtio_pci',
  'sd_mod',
  'ahci',
  'ext4',
  'xfs',
  'crc32c_generic',
];

/** Makes a guest's disk in a folder, without mounting anything; gives the path of the image. */
export async function makeSampleGuest(folder: string, shape: SampleShape): Promise<string> {
  const kernel = ordinaryKernel();
  if (kernel === undefined) throw new Error(noSampleGuest());
  const tree = join(folder, `${shape.name}-tree`);
  const version = readdirSync(join(kernel, 'lib/modules'))[0] ?? '';
  for (const name of ['etc', 'boot/grub', 'sbin', 'bin', 'proc', 'sys', 'dev'])
    await mkdir(join(tree, name), { recursive: true });
  await copyFile(join(kernel, `boot/vmlinuz-${version}`), join(tree, `boot/vmlinuz-${version}`));
  await copyModules(
    kernel,
    tree,
    version,
    kernelDrivers.filter(name => !(shape.without ?? []).includes(name)),
  );
  await makeInitrd(kernel, tree, version, shape);
  await writeFile(join(tree, 'etc/os-release'), 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  await writeFile(
    join(tree, 'etc/fstab'),
    `# <file system> <mount point> <type> <options> <dump> <pass>\n${shape.fstab} / ${shape.fileSystem} defaults 0 1\n`,
  );
  await writeFile(
    join(tree, 'boot/grub/grub.cfg'),
    `set default="0"\nmenuentry 'Debian GNU/Linux' --class debian {\n\tlinux /boot/vmlinuz-${version} root=${shape.root} ro\n\tinitrd /boot/initrd.img-${version}\n}\n`,
  );
  await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
  for (const name of ['sh', 'mount', 'echo', 'poweroff', 'findfs', 'sleep'])
    await symlink('busybox', join(tree, 'bin', name));
  await writeFile(join(tree, 'sbin/init'), systemInit, { mode: 0o755 });
  const plain = join(folder, `${shape.name}.raw`);
  if (shape.fileSystem === 'ext4') makeExt4(plain, tree, ['-U', rootUuid], '128M');
  else makeXfs(plain, tree, ['-m', `uuid=${rootUuid}`]);
  return shape.isPartitioned === true ? intoPartition(plain) : plain;
}

/** Puts a file system into the first partition of a GPT, and that into a qcow2 image. */
async function intoPartition(plain: string): Promise<string> {
  const disk = `${plain}.disk`;
  await run('truncate', ['-s', '140M', disk]);
  await run('sh', ['-c', `printf 'label: gpt\\nstart=2048, size=262144\\n' | sfdisk -q "$1"`, 'sh', disk]);
  await run('dd', [`if=${plain}`, `of=${disk}`, 'bs=1M', 'seek=1', 'conv=notrunc,sparse', 'status=none']);
  const image = plain.replace(/\.raw$/, '.qcow2');
  await run('qemu-img', ['convert', '-O', 'qcow2', disk, image]);
  return image;
}

/** Copies modules with all that they need, and lists them as depmod does. */
async function copyModules(kernel: string, target: string, version: string, names: readonly string[]): Promise<void> {
  const from = join(kernel, 'lib/modules', version);
  const to = join(target, 'lib/modules', version);
  const dependencies = await dependenciesOf(kernel, version);
  const wanted = new Set<string>();
  for (const name of names) for (const path of [name, ...(dependencies.get(name)?.needs ?? [])]) wanted.add(path);
  for (const name of wanted) {
    const path = dependencies.get(name)?.path;
    if (path === undefined) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(from, path), join(to, path));
  }
  await mkdir(to, { recursive: true });
  for (const name of ['modules.builtin', 'modules.order', 'modules.builtin.modinfo'])
    await copyFile(join(from, name), join(to, name));
  await run('depmod', ['-b', target, version]);
}

/** What modules need, as depmod works it out in a folder of its own: the one that was fetched may not be written to. */
async function dependenciesOf(
  kernel: string,
  version: string,
): Promise<ReadonlyMap<string, { path: string; needs: readonly string[] }>> {
  const { stdout } = await run('depmod', ['-n', '-b', kernel, version], { maxBuffer: 2 ** 27 });
  const found = new Map<string, { path: string; needs: readonly string[] }>();
  const nameOf = (path: string): string => basename(path, '.ko').replaceAll('-', '_');
  for (const line of stdout.split('\n')) {
    const [, path, needs = ''] = /^(kernel\/\S+\.ko):(.*)$/.exec(line) ?? [];
    if (path !== undefined)
      found.set(nameOf(path), {
        path,
        needs: needs
          .split(' ')
          .filter(each => each !== '')
          .map(nameOf),
      });
  }
  return found;
}

const packers = { gzip: 'gzip -1', xz: 'xz -1 --check=crc32', zstd: 'zstd -q -1', lz4: 'lz4 -q -l', bzip2: 'bzip2 -1' };

async function makeInitrd(kernel: string, tree: string, version: string, shape: SampleShape): Promise<void> {
  const inner = `${tree}-initrd`;
  for (const name of ['bin', 'proc', 'sys', 'dev', 'root']) await mkdir(join(inner, name), { recursive: true });
  await copyFile('/bin/busybox', join(inner, 'bin/busybox'));
  for (const name of [
    'sh',
    'mount',
    'echo',
    'cat',
    'sleep',
    'find',
    'sort',
    'modprobe',
    'findfs',
    'switch_root',
    'poweroff',
    'mkdir',
    'cut',
  ])
    await symlink('busybox', join(inner, 'bin', name));
  await writeFile(join(inner, 'init'), firstInit, { mode: 0o755 });
  await copyModules(kernel, inner, version, shape.initrd);
  const target = join(tree, `boot/initrd.img-${version}`);
  const early =
    shape.hasEarlyArchive === true
      ? `mkdir -p early/kernel/x86/microcode && echo none > early/kernel/x86/microcode/none && (cd early && find . | cpio -o -H newc --quiet) > "${target}" && rm -r early && `
      : '';
  await run('sh', ['-c', `${early}find . | cpio -o -H newc --quiet | ${packers[shape.packing]} >> "${target}"`], {
    cwd: inner,
  });
}

/** The first program of the initrd: loads a driver for each device that there is, looks for the root, goes on there. */
const firstInit = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for word in $(cat /proc/cmdline); do case $word in root=*) root=\${word#root=} ;; esac; done
modprobe -q crc32c_generic
modprobe -q ext4
modprobe -q xfs
for round in 1 2 3 4 5 6; do
  find /sys/devices -name modalias -exec cat {} + | sort -u | while read -r alias; do modprobe -q "$alias"; done
  case $root in
    UUID=*|LABEL=*) device=$(findfs "$root" 2>/dev/null) ;;
    *) device=$root ;;
  esac
  [ -b "$device" ] && break
  sleep 1
done
[ -b "$device" ] || { echo "nearmetal: no root file system $root"; poweroff -f; }
mount -o ro "$device" /root || { echo "nearmetal: root cannot be mounted"; poweroff -f; }
mount -o move /dev /root/dev
exec switch_root /root /sbin/init
`;

/** The first program of the system: as a real one, it does not come up where a device of fstab is not there. */
const systemInit = `#!/bin/sh
mount -t proc proc /proc
while read -r device path rest; do
  case $device in ''|'#'*) continue ;; UUID=*|LABEL=*) device=$(findfs "$device") ;; esac
  [ -b "$device" ] || { echo "nearmetal: fstab names what is not there"; poweroff -f; }
done < /etc/fstab
echo "nearmetal guest is up"
poweroff -f
`;

/** How a guest's disk is attached. */
export type SampleBus = 'sata' | 'virtio-blk' | 'virtio-scsi';

const attachments: Readonly<Record<SampleBus, readonly string[]>> = {
  sata: ['-device', 'ide-hd,drive=disk,bus=ide.0'],
  'virtio-blk': ['-device', 'virtio-blk-pci,drive=disk'],
  'virtio-scsi': ['-device', 'virtio-scsi-pci', '-device', 'scsi-hd,drive=disk'],
};

/** Boots a guest under TCG with its disk on a bus; gives all that it printed. The image is not written to. */
export async function bootSample(
  image: string,
  bus: SampleBus,
  kernel: string,
  initrd: string,
  options: string,
): Promise<string> {
  const format = image.endsWith('.qcow2') ? 'qcow2' : 'raw';
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...[
        '-accel',
        'tcg',
        '-machine',
        'q35',
        '-cpu',
        'max',
        '-m',
        '256',
        '-nodefaults',
        '-display',
        'none',
        '-no-reboot',
      ],
      ...[
        '-serial',
        'stdio',
        '-kernel',
        kernel,
        '-initrd',
        initrd,
        '-append',
        // emulated on a busy machine, the timer may come too late for what the kernel tries out
        `${options} console=ttyS0 quiet panic=-1 no_timer_check`,
      ],
      ...['-drive', `file=${image},format=${format},if=none,id=disk,snapshot=on`, ...attachments[bus]],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (printed += bytes.toString('utf8')));
  const timer = setTimeout(() => child.kill('SIGKILL'), 150_000);
  await new Promise(done => child.on('close', done));
  clearTimeout(timer);
  return printed;
}
