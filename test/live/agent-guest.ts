import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BusyboxShape, busyboxGuest, noBusyboxGuest } from './busybox-guest.js';
import { missingParts } from './missing-parts.js';
import { testCache } from './private-libvirtd.js';

const run = promisify(execFile);
const agentProgram = '/usr/sbin/qemu-ga';

/** Why no guest with an agent can be made here; undefined where one can. */
export const noAgentGuest = (): string | undefined => noBusyboxGuest() ?? missingParts(['qemu-ga', 'ldd']);

/** What sits at the other end of the agent's channel: the agent of QEMU, a program that takes all and never answers, or nobody. */
export type AtChannel = 'agent' | 'silence' | 'nobody';

/** A small guest with QEMU's own agent in it, and faults that only show inside. */
export interface AgentGuest {
  /** Gives the guest's XML; the channel is added. */
  xml(shape: BusyboxShape & { readonly atChannel: AtChannel }): string;
}

/** Modules that the guest loads, in order: no balloon and no random number generator, which are faults to be found. */
const modules = [
  'virtio/virtio_ring',
  'virtio/virtio',
  'virtio/virtio_pci_modern_dev',
  'virtio/virtio_pci_legacy_dev',
  'virtio/virtio_pci',
  'char/virtio_console',
  'block/virtio_blk',
] as const;

const nameOf = (module: string): string => `${module.split('/').at(-1)}.ko`;

const init = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in ${modules.map(nameOf).join(' ')}; do insmod /modules/$module; done
# a guest of less than 512 MiB would have none
echo always > /sys/kernel/mm/transparent_hugepage/enabled
echo mq-deadline > /sys/block/vda/queue/scheduler
port=
for name in /sys/class/virtio-ports/*/name; do
  if [ "$(cat "$name")" = org.qemu.guest_agent.0 ]; then port=\${name%/name}; port=/dev/\${port##*/}; fi
done
case $(cat /proc/cmdline) in
  *at-channel=agent*) LD_LIBRARY_PATH=/lib /lib/loader /bin/qemu-ga -m virtio-serial -p "$port" -f /run/qemu-ga.pid -t /run & ;;
  *at-channel=silence*) cat < "$port" > /dev/null & ;;
esac
echo nearmetal guest is up
while :; do sleep 1000; done
`;

const files: Readonly<Record<string, string>> = {
  'etc/os-release': 'ID=sles\nID_LIKE=suse\nVERSION_ID="15.5"\nPRETTY_NAME="SLES 15 SP5 (of a test)"\n',
  'etc/fstab': '/dev/vda1 / ext4 defaults 0 1\n//server/share /mnt cifs password=HUNTER2 0 0\n',
  'etc/systemd/system/default.target': '[Unit]\nDescription=Graphical Interface\n',
  'etc/systemd/system/display-manager.service': '[Unit]\nDescription=A Display Manager\n',
};

/** Packs the initrd into a folder that may be used again. See `noAgentGuest`. */
export async function agentGuest(): Promise<AgentGuest> {
  const plain = await busyboxGuest();
  const version = createHash('sha256')
    .update(init + JSON.stringify(files) + plain.kernel)
    .digest('hex')
    .slice(0, 12);
  const initrd = join(testCache(), `agent-initrd-${version}`);
  if (!existsSync(initrd)) await makeInitrd(initrd, plain.kernel);
  return {
    xml: ({ atChannel, devices = '', ...shape }) =>
      plain
        .xml({
          ...shape,
          devices: `${devices}<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>`,
        })
        .replace(plain.initrd, initrd)
        .replace(' quiet', ` quiet rd.luks.passphrase=HUNTER2 at-channel=${atChannel}`),
  };
}

async function makeInitrd(initrd: string, kernel: string): Promise<void> {
  await mkdir(testCache(), { recursive: true });
  const work = await mkdtemp(`${initrd}-`);
  const tree = join(work, 'tree');
  try {
    for (const name of ['bin', 'lib', 'modules', 'proc', 'sys', 'dev', 'run', 'etc/systemd/system'])
      await mkdir(join(tree, name), { recursive: true });
    await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
    for (const name of ['sh', 'mount', 'insmod', 'echo', 'cat', 'sleep'])
      await symlink('busybox', join(tree, 'bin', name));
    await copyAgent(tree);
    const drivers = join(dirname(dirname(kernel)), 'lib/modules');
    const [release = ''] = await readdir(drivers);
    for (const module of modules)
      await copyFile(join(drivers, release, 'kernel/drivers', `${module}.ko`), join(tree, 'modules', nameOf(module)));
    for (const [path, text] of Object.entries(files)) await writeFile(join(tree, path), text);
    await writeFile(join(tree, 'init'), init, { mode: 0o755 });
    await run('sh', ['-c', 'find . | cpio -o -H newc --quiet | gzip > ../initrd'], { cwd: tree });
    await rename(join(work, 'initrd'), initrd);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The agent with its libraries and the loader that starts it, wherever this system keeps them. */
async function copyAgent(tree: string): Promise<void> {
  await copyFile(agentProgram, join(tree, 'bin/qemu-ga'));
  const { stdout } = await run('ldd', [agentProgram]);
  for (const line of stdout.split('\n')) {
    const path = /(?:=>\s*)?(\/\S+) \(0x/.exec(line)?.[1];
    if (path === undefined) continue;
    await copyFile(path, join(tree, 'lib', /\/ld-linux/.test(path) ? 'loader' : (path.split('/').at(-1) ?? '')));
  }
}
