import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CallTimeout } from '#libvirt/call-timeout';
import { type ConnectOptions, connect } from '#libvirt/connect';
import type { Connection } from '#libvirt/connection';
import { ConnectionError } from '#libvirt/connection-error';
import { missingParts } from './missing-parts.js';

const run = promisify(execFile);

/** Why no private libvirtd can be started here; undefined where one can. */
export const noPrivateLibvirtd = (): string | undefined =>
  missingParts(['libvirtd', 'virtlogd', 'virsh', 'qemu-system-x86_64', 'unshare', 'nsenter']);

/** Folder that tests may keep between runs. */
export const testCache = (): string =>
  process.env['NEARMETAL_TEST_CACHE'] ?? join(homedir(), '.cache', 'nearmetal-test');

/** A libvirtd of its own: its configuration, state, sockets and logs are its own; its guests run on this machine. */
export interface PrivateLibvirtd {
  /** Holds `etc`, `lib`, `run`, `log` and `cache`, which the daemon sees as /etc/libvirt, /var/lib/libvirt, /run/libvirt and so on. */
  readonly folder: string;
  /** The folder with its sockets, for `connect({ socketDirectory })`. */
  readonly socketDirectory: string;
  /** A process in the daemon's mount namespace. Under /proc/PID/root is the tree that the daemon sees. */
  readonly namespacePid: number;
  /** Connects to qemu:///system of this daemon, or to another URI. */
  connect(options?: ConnectOptions): Promise<Connection>;
  /** Runs virsh against it; gives what it prints. Rejects where it fails, with what it said. */
  virsh(...args: readonly string[]): Promise<string>;
  /** Runs a program in the daemon's mount namespace. */
  enter(program: string, ...args: readonly string[]): Promise<string>;
  /** Sends the daemon itself a signal. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Starts the daemon again after it died. */
  restart(): Promise<void>;
  /** Ends the daemon and all its guests, and removes the folder. May be called again. */
  stop(): Promise<void>;
}

/** How a private libvirtd differs from the usual one. */
export interface PrivateLibvirtdOptions {
  /** Lines for qemu.conf, before all others: of a key that is set twice the first counts. */
  readonly qemuConf?: string;
  /** The same for libvirtd.conf. */
  readonly libvirtdConf?: string;
  /** Asks for a sign of life over the read-only socket, where the other lets nobody in. */
  readonly isReadOnly?: boolean;
}

/**
 * Runs in the new mount namespace with the folder as $1. Starts the daemons, and starts libvirtd again for each line on stdin. When
 * stdin ends, however the test came to its end, it kills everything in this namespace and removes the folder.
 */
const keeper = `
folder=$1
set -e
for place in etc:/etc/libvirt lib:/var/lib/libvirt run:/run/libvirt log:/var/log/libvirt cache:/var/cache/libvirt; do
  mkdir -p "\${place#*:}"
  mount --bind "$folder/\${place%%:*}" "\${place#*:}"
done
set +e
here=$(readlink /proc/self/ns/mnt | sed 's/[][]/\\\\&/g')
start() { libvirtd --pid-file "$folder/run/libvirtd.pid" >>"$folder/log/libvirtd.out" 2>&1 </dev/null & }
virtlogd --pid-file "$folder/run/virtlogd.pid" >"$folder/log/virtlogd.out" 2>&1 </dev/null &
start
echo ready
while read -r line; do start; echo started; done
left=1
while [ "$left" -gt 0 ]; do
  left=0
  for link in $(find /proc/[0-9]*/ns/mnt -maxdepth 0 -lname "$here" 2>/dev/null); do
    pid=\${link#/proc/}
    pid=\${pid%%/*}
    [ "$pid" != $$ ] && kill -9 "$pid" 2>/dev/null && left=1
  done
  [ "$left" -gt 0 ] && sleep 0.05
done
rm -rf "$folder"
`;

/** Starts a private libvirtd and waits until it answers. Many may run at once. Needs root; see `noPrivateLibvirtd`. */
export async function startPrivateLibvirtd(options: PrivateLibvirtdOptions = {}): Promise<PrivateLibvirtd> {
  const folder = await mkdtemp(join(tmpdir(), 'nearmetal-libvirtd-'));
  await prepare(folder, options);
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', keeper, 'sh', folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // the pipe closes by itself with this process; an error on it says only that the keeper went first
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const namespacePid = child.pid ?? 0;
  const socketDirectory = join(folder, 'run');
  const enter = async (program: string, ...args: readonly string[]): Promise<string> =>
    (
      await run('nsenter', ['--target', String(namespacePid), '--mount', program, ...args], {
        maxBuffer: 64 * 1024 ** 2,
      })
    ).stdout;

  let stopping: Promise<void> | undefined;
  const daemon: PrivateLibvirtd = {
    folder,
    socketDirectory,
    namespacePid,
    enter,
    connect: more => connect({ uri: 'qemu:///system', environment: {}, socketDirectory, ...more }),
    virsh: (...args) => enter('virsh', '--connect', 'qemu:///system', ...args),
    signal: async signal => {
      process.kill(Number(await readFile(join(socketDirectory, 'libvirtd.pid'), 'utf8')), signal);
    },
    restart: async () => {
      child.stdin.write('again\n');
      await waitUntilItAnswers(daemon, child, options.isReadOnly);
    },
    stop: () => {
      stopping ??= (async () => {
        await keepCapabilities(folder);
        child.ref();
        child.stdin.end();
        await exited;
        await rm(folder, { recursive: true, force: true });
      })();
      return stopping;
    },
  };
  try {
    await waitUntilItAnswers(daemon, child, options.isReadOnly);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  // a daemon that is left running must not keep the test process from ending
  child.unref();
  for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
  return daemon;
}

async function prepare(folder: string, { qemuConf = '', libvirtdConf = '' }: PrivateLibvirtdOptions): Promise<void> {
  // plain users may come in, too; what is secret has rights of its own
  await chmod(folder, 0o755);
  await Promise.all(['lib', 'run', 'log', 'cache'].map(name => mkdir(join(folder, name))));
  await cp('/etc/libvirt', join(folder, 'etc'), { recursive: true });
  // nothing starts by itself, so that no two daemons want the same bridge
  for (const autostart of ['qemu/autostart', 'qemu/networks/autostart', 'storage/autostart']) {
    await rm(join(folder, 'etc', autostart), { recursive: true, force: true });
  }
  // as root, because /dev/kvm may be root's alone, and libvirt then would ask QEMU anew on every call; one mount namespace for all
  // processes, by which the keeper finds them
  const ours = 'user = "root"\ngroup = "root"\nnamespaces = []\nsecurity_driver = "none"\n';
  await prepend(join(folder, 'etc/qemu.conf'), `${qemuConf}\n${ours}`);
  // nobody is asked who they are, so only root may come
  const access = 'auth_unix_ro = "none"\nauth_unix_rw = "none"\nunix_sock_rw_perms = "0700"\n';
  await prepend(join(folder, 'etc/libvirtd.conf'), `${libvirtdConf}\n${access}`);
  const kept = join(testCache(), 'libvirt-capabilities');
  await cp(kept, join(folder, 'cache/qemu'), { recursive: true, preserveTimestamps: true }).catch(() => undefined);
}

/** Puts lines first: of a key that is set twice libvirt takes the first. */
async function prepend(path: string, lines: string): Promise<void> {
  await writeFile(path, `${lines}${await readFile(path, 'utf8')}`);
}

/** Keeps what the daemon found out about QEMU for the next one, which trusts it only as far as it still fits. */
async function keepCapabilities(folder: string): Promise<void> {
  const kept = join(testCache(), 'libvirt-capabilities');
  const next = await mkdir(testCache(), { recursive: true }).then(() => mkdtemp(`${kept}-`));
  await cp(join(folder, 'cache/qemu'), next, { recursive: true, preserveTimestamps: true }).catch(() => undefined);
  await rm(kept, { recursive: true, force: true });
  // another test may have been faster: then its copy stays
  await rename(next, kept).catch(() => rm(next, { recursive: true, force: true }));
}

async function waitUntilItAnswers(
  daemon: PrivateLibvirtd,
  keeperProcess: ChildProcess,
  readOnly = false,
): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (keeperProcess.exitCode !== null) break;
    try {
      await (await daemon.connect({ timeoutMs: 5000, readOnly })).close();
      return;
    } catch (error) {
      if (!(error instanceof ConnectionError || error instanceof CallTimeout)) throw error;
      await sleep(50);
    }
  }
  const log = await readFile(join(daemon.folder, 'log/libvirtd.out'), 'utf8').catch(() => '');
  throw new Error(`the private libvirtd does not answer: ${log.slice(-2000)}`);
}
