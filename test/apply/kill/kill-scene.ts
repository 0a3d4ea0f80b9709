import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '#plan/plan';
import { makeDiskMachine } from './disk-machine.js';
import { activeBefore, filesBefore, ownWay } from './kill-plan.js';

/** A machine in a folder, a plan for it, and what it is like. */
export interface KillScene {
  readonly folder: string;
  /** The folder of the ledger. */
  readonly state: string;
  /** Everything, as text: files with their rights, links, folders, knobs, units. */
  picture(): string;
  /** Puts all back as it was at first, the ledger away. */
  reset(): void;
  /** Starts the process that applies or undoes. */
  start(doing: 'apply' | 'undo', point: number | string): ChildProcess;
  remove(): void;
}

/** Memory, where there is such a file system: what is killed by SIGKILL loses nothing that a disk would keep. */
const fast = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A libvirt whose guests are changed, too, and what of the host's files they need. */
export interface LibvirtOfScene {
  readonly sockets: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Makes a machine in a new folder. */
export function makeScene(plan: Plan, libvirt?: LibvirtOfScene): KillScene {
  const folder = mkdtempSync(join(fast, 'nearmetal-kill-'));
  const first = mkdtempSync(join(fast, 'nearmetal-kill-first-'));
  makeDiskMachine(first, { ...filesBefore, ...libvirt?.files }, activeBefore);
  writeFileSync(join(first, 'plan.json'), JSON.stringify(plan));
  const state = join(folder, 'state');
  const scene: KillScene = {
    folder,
    state,
    picture: () => pictureOf(folder),
    reset() {
      for (const name of ['root', 'kernel.json', 'kernel.json.new', 'plan.json'])
        rmSync(join(folder, name), { recursive: true, force: true });
      // the folder of the ledger may be a file system of its own
      mkdirSync(state, { recursive: true });
      for (const name of readdirSync(state)) rmSync(join(state, name), { recursive: true });
      cpSync(first, folder, { recursive: true, verbatimSymlinks: true });
    },
    start: (doing, point) =>
      spawn(
        process.execPath,
        [
          fileURLToPath(new URL('./child.js', import.meta.url)),
          folder,
          doing,
          String(point),
          ...(libvirt === undefined ? [] : [libvirt.sockets]),
        ],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
    remove() {
      rmSync(folder, { recursive: true, force: true });
      rmSync(first, { recursive: true, force: true });
    },
  };
  scene.reset();
  return scene;
}

function pictureOf(folder: string): string {
  const lines: string[] = [];
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const name of readdirSync(join(folder, 'root', at)).sort()) {
      const path = `${at}/${name}`;
      const real = join(folder, 'root', path);
      const stat = lstatSync(real);
      const rights = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
      if (stat.isDirectory()) waiting.push(path);
      if (stat.isDirectory()) lines.push(`${path}/ ${rights}`);
      else if (stat.isSymbolicLink()) lines.push(`${path} -> ${readlinkSync(real)}`);
      else lines.push(`${path} ${rights} ${JSON.stringify(readFileSync(real, 'latin1'))}`);
    }
  const kernel: { files: Record<string, string>; active: string[] } = JSON.parse(
    readFileSync(join(folder, 'kernel.json'), 'utf8'),
  );
  for (const [path, text] of Object.entries(kernel.files))
    if (!ownWay.test(path)) lines.push(`${path} ${JSON.stringify(text)}`);
  return [...lines.sort(), `active: ${kernel.active.join(' ')}`].join('\n');
}
