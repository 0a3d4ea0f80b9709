import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { stepMark, strayPrograms } from '#apply/stray-programs';
import type { RunOptions, RunResult, Target } from '#apply/target';
import { hashOfId, machineName } from '#formats/secrets/mask-machine-id';
import type { Connection } from '#libvirt/connection';
import { localWritableTree } from '#transport/local-writable-tree';

/** The most of a program's output that is kept. */
const mostOutput = 64 * 1024;

/** What of a machine is not found in its files. */
export interface LocalTargetParts {
  readonly unit: Target['unit'];
  readonly libvirt: Connection | undefined;
  /** Names the machine where it has no machine id: libvirt's host UUID. */
  readonly hostUuid?: string | undefined;
}

/** This machine, or the tree of files below a root. */
export function localTarget(root: string, { unit, libvirt, hostUuid }: LocalTargetParts): Target {
  const files = localWritableTree(root);
  const text = (path: string): string | undefined => {
    const found = files.read(path);
    return found.outcome === 'ok' ? found.value.trim() : undefined;
  };
  const isLive = root === '/';
  return {
    files,
    isLive,
    run,
    strays: isLive ? () => strayPrograms() : undefined,
    unit,
    libvirt,
    identity: {
      hostName: isLive ? hostname() : (text('/etc/hostname') ?? root),
      id: machineName(text('/etc/machine-id') ?? '') ?? (hostUuid === undefined ? undefined : hashOfId(hostUuid)),
      bootId: isLive ? text('/proc/sys/kernel/random/boot_id') : undefined,
    },
    now: () => new Date(),
  };
}

/** In a session of its own: Ctrl-C on the terminal is for us, and ends the run between two steps. */
function run([program = '', ...words]: readonly string[], { watch, abort }: RunOptions = {}): Promise<RunResult> {
  return new Promise((done, failed) => {
    const [starter = program, ...before] = abort === undefined ? [] : endsWithUs();
    const all = starter === program ? words : [...before, program, ...words];
    const child = spawn(starter, all, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      // su without a dash leaves root without the programs of root
      env: {
        PATH: `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`,
        LC_ALL: 'C',
        ...stepMark,
      },
    });
    let output = '';
    const end = (): void => {
      child.kill('SIGKILL');
    };
    if (abort?.aborted === true) end();
    abort?.addEventListener('abort', end, { once: true });
    const take = (part: Buffer): void => {
      watch?.(part.toString('utf8'));
      if (output.length < mostOutput) output = `${output}${part.toString('utf8')}`.slice(0, mostOutput);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', error => {
      if ('code' in error && error.code === 'ENOENT') done({ code: 127, output: '' });
      else failed(error);
    });
    child.once('close', code => {
      abort?.removeEventListener('abort', end);
      done({ code: code ?? undefined, output });
    });
  });
}

/** What starts a program so that the kernel ends it when we are killed: setpriv(1) of util-linux. What is not there leaves it at work. */
function endsWithUs(): readonly string[] {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path));
  if (setpriv === undefined || /busybox/.test(realpathSync(setpriv))) return [];
  return [setpriv, '--pdeathsig', 'KILL', '--'];
}
