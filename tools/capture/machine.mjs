// Starts and stops the machines that captures are made of, and reaches into them.
//
//   node tools/capture/machine.mjs list
//   node tools/capture/machine.mjs start SHAPE           boots it (prepares it first, where its shape says so)
//   node tools/capture/machine.mjs run SHAPE COMMAND     one shell command inside; its exit code is this one's
//   node tools/capture/machine.mjs push SHAPE PATH TO    a file or folder from here into a folder inside
//   node tools/capture/machine.mjs pull SHAPE FROM TO    the content of a folder inside into a folder here
//   node tools/capture/machine.mjs stop SHAPE            shuts it down
//   node tools/capture/machine.mjs forget SHAPE          throws its disks away; the next start begins anew
//
// Needs base.img of build-root.sh and the Debian packages qemu-system-x86, qemu-utils and openssh-client. All state lies in
// $CAPTURE_WORK/machines/SHAPE (by default below /var/tmp/nearmetal-capture): disks, console.log, qemu.log, machine.json.
// No network leaves the machine; SSH listens on the loopback address alone, on a free port.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { pull, push, qmp, run, runInside, waitUntilUp } from './inside.mjs';
import { diskFile, qemuArguments } from './qemu-arguments.mjs';
import { shapes } from './shapes.mjs';

const here = import.meta.dirname;
const work = process.env.CAPTURE_WORK ?? '/var/tmp/nearmetal-capture';

/** Where a machine of a shape lives and how to reach it: {shape, folder, key, port, pid}; port and pid only while it runs. */
export function machineOf(name) {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`no shape ${name}; there are ${Object.keys(shapes).join(', ')}`);
  const folder = join(work, 'machines', name);
  const file = join(folder, 'machine.json');
  const running = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return { name, shape, folder, key: join(work, 'key'), ...running };
}

/** Boots a machine and waits until it answers. Gives the machine. */
export async function start(name) {
  let machine = machineOf(name);
  if (isAlive(machine.pid)) return machine;
  const { shape, folder } = machine;
  mkdirSync(folder, { recursive: true });
  // Disks whose preparation was cut short are of no use: they are made anew.
  const isNew = !existsSync(join(folder, 'prepared'));
  if (isNew) {
    await run('qemu-img', [
      'create',
      '-q',
      '-f',
      'qcow2',
      '-F',
      'raw',
      '-b',
      join(work, 'base.img'),
      join(folder, 'root.qcow2'),
    ]);
    for (const disk of shape.disks ?? []) {
      const { file, format } = diskFile(disk);
      await run('qemu-img', ['create', '-q', '-f', format, join(folder, file), `${disk.size}G`]);
    }
  }
  machine = await boot(machine);
  if (isNew && shape.prepare) {
    await script(machine, 'prepare', shape.prepare);
    await stop(machine);
    machine = await boot(machineOf(name));
  }
  writeFileSync(join(folder, 'prepared'), '');
  if (shape.plug) await qmp(join(folder, 'qmp.sock'), shape.plug);
  if (shape.ready) await script(machine, 'ready', shape.ready);
  return machine;
}

async function boot(machine) {
  const { name, shape, folder } = machine;
  const version = readdirSync(join(work, 'kernels')).find(one => one.startsWith(`${shape.kernel}.`));
  if (version === undefined) throw new Error(`build-root.sh stored no kernel ${shape.kernel}`);
  const port = await freePort();
  const kernel = { version, folder: join(work, 'kernels', version) };
  const log = openSync(join(folder, 'qemu.log'), 'w');
  const qemu = spawn(
    'nice',
    ['-n', '5', 'qemu-system-x86_64', ...qemuArguments(shape, { folder, kernel, port, uuid: uuidOf(name) })],
    {
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  qemu.unref();
  writeFileSync(join(folder, 'machine.json'), JSON.stringify({ pid: qemu.pid, port, kernel: version }));
  const booted = machineOf(name);
  const seconds = await waitUntilUp(booted, () => isAlive(booted.pid));
  console.error(`${name}: up after ${seconds} s`);
  // Up means all of it: what starts late (libvirt, its networks) belongs to the picture.
  await runInside(booted, 'systemctl is-system-running --wait >/dev/null');
  return booted;
}

/** Copies the scripts and files of tools/capture that run inside, and runs one of them. */
async function script(machine, kind, file) {
  await push(machine, here, ['host', 'prepare', 'ready'], '/root/capture');
  const code = await runInside(machine, `cd /root/capture && sh ${kind}/${file}`);
  if (code !== 0) throw new Error(`${kind}/${file} ended with ${code}`);
}

/** A UUID that is the same for a shape each time, so that two captures of it are of the same machine. */
function uuidOf(name) {
  const hex = createHash('sha256').update(`nearmetal capture ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Shuts a machine down and waits for QEMU's end. */
export async function stop(machine) {
  if (!isAlive(machine.pid)) return;
  await runInside(machine, 'rm -rf /root/capture; systemctl poweroff', 'ignore');
  for (let second = 0; isAlive(machine.pid); second++) {
    if (second === 180) process.kill(machine.pid);
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
  rmSync(join(machine.folder, 'machine.json'), { force: true });
  rmSync(join(machine.folder, 'ssh.sock'), { force: true });
}

/** Whether a process runs; one that ended but was not collected yet does not. */
function isAlive(pid) {
  if (pid === undefined) return false;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function main([command, name, ...rest]) {
  switch (command) {
    case 'list':
      for (const [shapeName, shape] of Object.entries(shapes)) console.log(`${shapeName.padEnd(16)} ${shape.says}`);
      return 0;
    case 'start':
      await start(name);
      return 0;
    case 'run':
      return await runInside(machineOf(name), rest.join(' '), 'inherit');
    case 'push':
      await push(machineOf(name), dirname(resolve(rest[0])), [basename(rest[0])], rest[1]);
      return 0;
    case 'pull':
      await pull(machineOf(name), rest[0], rest[1]);
      return 0;
    case 'stop':
      await stop(machineOf(name));
      return 0;
    case 'forget':
      await stop(machineOf(name));
      rmSync(machineOf(name).folder, { recursive: true, force: true });
      return 0;
    default:
      console.error(
        'usage: machine.mjs list | start|stop|forget SHAPE | run SHAPE COMMAND | push SHAPE PATH TO | pull SHAPE FROM TO',
      );
      return 64;
  }
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = await main(process.argv.slice(2)).catch(error => {
    console.error(`machine.mjs: ${error.message}`);
    return 1;
  });
}
