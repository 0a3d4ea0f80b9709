import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingParts } from '../live/missing-parts.js';
import { runIn } from '../scratch-clone.js';

/** What a command inside came to. */
export interface Ran {
  readonly code: number;
  /** Both outputs, in the order in which they came. */
  readonly output: string;
}

/** A machine of its own, emulated by QEMU: Debian that boots through GRUB, with systemd and libvirt. Nothing of this machine is in it. */
export interface RealHost {
  /** Runs a shell command inside as root and waits for its end, at most `seconds` (600 unless told otherwise). */
  run(command: string, seconds?: number): Promise<Ran>;
  /** The same for one that has to succeed; gives what it printed. */
  output(command: string, seconds?: number): Promise<string>;
  /** Restarts it as an administrator does, and waits until all its units are up. */
  reboot(): Promise<void>;
  /** Shuts it down and waits for QEMU's end; ends QEMU where that takes too long. May be called again. */
  stop(): Promise<void>;
}

const imageFolder = (): string | undefined => process.env['NEARMETAL_TEST_HOST'];

/** Why no such machine can be started here; undefined where one can. */
export const noRealHost = (): string | undefined => {
  const folder = imageFolder();
  return (
    missingParts(['qemu-system-x86_64', 'qemu-img', 'mke2fs', 'ssh', 'ssh-keygen', 'npm']) ??
    (folder === undefined || !existsSync(join(folder, 'disk.img'))
      ? 'no disk of a real machine (NEARMETAL_TEST_INSTALL=1 npm run test:long makes one)'
      : undefined)
  );
};

/** A boot takes half a minute on an idle machine, and several on a busy one. */
const bootSeconds = 1200;

/**
 * Boots the machine on a copy of its disk in `folder`, which holds `prefix`: what the machine sees, read-only, as /usr/local. This
 * Node.js is put there too. Gives it when all its units are up.
 */
export async function startRealHost(folder: string, prefix: string): Promise<RealHost> {
  const key = join(folder, 'key');
  await must(folder, 'ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  await mkdir(join(prefix, 'etc'), { recursive: true });
  await mkdir(join(prefix, 'bin'), { recursive: true });
  await copyFile(`${key}.pub`, join(prefix, 'etc/authorized_keys'));
  await copyFile(process.execPath, join(prefix, 'bin/node'));
  await makeDisks(folder, prefix);
  const port = await freePort();
  const qemu = startQemu(folder, port);
  const shell = (command: string, seconds: number): Promise<Ran> => inside(folder, port, command, seconds);
  const host: RealHost = {
    run: (command, seconds = 600) => shell(command, seconds),
    output: async (command, seconds = 600) => {
      const { code, output } = await shell(command, seconds);
      if (code !== 0) throw new Error(`“${command}” ended with ${code}: ${output}`);
      return output;
    },
    reboot: async () => {
      const before = await host.output('cat /proc/sys/kernel/random/boot_id');
      await shell('systemctl reboot', 60);
      await disconnect(folder, port);
      await untilUp(folder, qemu, async () => {
        const now = await shell('cat /proc/sys/kernel/random/boot_id', 60);
        return now.code === 0 && now.output !== before;
      });
      await shell('systemctl is-system-running --wait', bootSeconds);
    },
    stop: async () => {
      if (qemu.exitCode !== null || qemu.signalCode !== null) return;
      const ended = new Promise(done => qemu.once('exit', done));
      await shell('systemctl poweroff', 60);
      await disconnect(folder, port);
      await Promise.race([ended, sleep(300_000, undefined, { ref: false })]);
      qemu.stdin?.end();
      await ended;
    },
  };
  try {
    await untilUp(folder, qemu, async () => (await shell('true', 60)).code === 0);
    await shell('systemctl is-system-running --wait', bootSeconds);
    return host;
  } catch (error) {
    qemu.stdin?.end();
    throw error;
  }
}

async function makeDisks(folder: string, prefix: string): Promise<void> {
  const base = join(imageFolder() ?? '', 'disk.img');
  await must(folder, 'qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, join(folder, 'root.qcow2')]);
  for (const [name, size] of Object.entries({ tools: 512, ssd: 1024 })) {
    await writeFile(join(folder, `${name}.img`), '');
    await truncate(join(folder, `${name}.img`), size * 2 ** 20);
  }
  await must(folder, 'mke2fs', ['-q', '-t', 'ext4', '-F', '-L', 'nearmetal', '-d', prefix, join(folder, 'tools.img')]);
}

/** Two CPUs in two nodes of memory, a SATA-like SSD beside the disk it boots from, and no way out of it but SSH from here. */
function startQemu(folder: string, port: number): ChildProcess {
  const drive = (name: string, file: string, format: string, options = ''): string =>
    `file=${join(folder, file)},format=${format},if=none,id=${name},cache=unsafe${options}`;
  const args = [
    ...['-name', 'real-host', '-machine', 'q35', '-accel', 'tcg', '-cpu', 'max', '-smp', '2,sockets=2', '-m', '4096'],
    ...[0, 1].flatMap(node => [
      ...['-object', `memory-backend-ram,id=node${node},size=2048M`],
      ...['-numa', `node,nodeid=${node},cpus=${node},memdev=node${node}`],
    ]),
    ...['-drive', drive('root', 'root.qcow2', 'qcow2'), '-device', 'virtio-blk-pci,drive=root,bootindex=1'],
    ...['-drive', drive('tools', 'tools.img', 'raw', ',readonly=on'), '-device', 'virtio-blk-pci,drive=tools'],
    ...['-device', 'virtio-scsi-pci,id=scsi', '-drive', drive('ssd', 'ssd.img', 'raw')],
    ...['-device', 'scsi-hd,bus=scsi.0,drive=ssd,rotation_rate=1,serial=SSD0'],
    ...['-netdev', `user,id=up,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`],
    ...['-device', 'virtio-net-pci,netdev=up,mac=52:54:00:4e:4d:01', '-device', 'virtio-rng-pci'],
    ...['-display', 'none', '-vga', 'none', '-monitor', 'none', '-serial', `file:${join(folder, 'console.log')}`],
  ];
  // QEMU ends with this process, however that ends: its standard input closes
  const keeper = `exec 3<&0
"$@" >"$0" 2>&1 3<&- </dev/null & qemu=$!
{ cat <&3 >/dev/null; kill "$qemu"; } & watcher=$!
wait "$qemu"
kill "$watcher"`;
  const log = join(folder, 'qemu.log');
  return spawn('sh', ['-c', keeper, log, 'nice', '-n', '5', 'qemu-system-x86_64', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

async function untilUp(folder: string, qemu: ChildProcess, isUp: () => Promise<boolean>): Promise<void> {
  const began = Date.now();
  while (Date.now() - began < bootSeconds * 1000) {
    if (qemu.exitCode !== null || qemu.signalCode !== null) break;
    if (await isUp()) return;
    await sleep(2000);
  }
  const logs = await Promise.all(
    ['qemu.log', 'console.log'].map(name => readFile(join(folder, name), 'utf8').catch(() => '')),
  );
  throw new Error(`the machine does not answer: ${logs.map(text => text.slice(-3000)).join('\n')}`);
}

const sshArguments = (folder: string, port: number): readonly string[] => [
  ...['-q', '-i', join(folder, 'key'), '-p', String(port), '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'ServerAliveInterval=30'],
  // one connection for all calls: a key exchange takes seconds in an emulated machine
  ...['-o', 'ControlMaster=auto', '-o', `ControlPath=${join(folder, 'ssh.sock')}`, '-o', 'ControlPersist=600'],
];

/** 255: no connection; 124: the time was up. */
async function inside(folder: string, port: number, command: string, seconds: number): Promise<Ran> {
  const limited = ['-k', '10', String(seconds), 'ssh', ...sshArguments(folder, port)];
  const { code, stdout } = await runIn(folder, 'timeout', [...limited, 'root@127.0.0.1', `{ ${command}\n} 2>&1`]);
  return { code, output: stdout };
}

async function disconnect(folder: string, port: number): Promise<void> {
  await runIn(folder, 'ssh', [...sshArguments(folder, port), '-O', 'exit', 'root@127.0.0.1']);
}

async function must(folder: string, command: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runIn(folder, command, args);
  if (code !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
