// Talks to a running captured machine: commands and files through SSH on the loopback address, plugging through QMP.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const sshArguments = ({ key, port, folder }) => [
  ...['-q', '-i', key, '-p', String(port), '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'],
  ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
  // One connection for all calls: a key exchange takes seconds in an emulated machine.
  ...['-o', 'ControlMaster=auto', '-o', `ControlPath=${folder}/ssh.sock`, '-o', 'ControlPersist=600'],
  'root@127.0.0.1',
];

/** Runs a shell command inside; standard streams as given. Gives its exit code (255: no connection). */
export const runInside = (machine, command, stdio = ['ignore', 'inherit', 'inherit']) =>
  finished(spawn('ssh', [...sshArguments(machine), command], { stdio }));

/** Runs a shell command inside; gives its standard output. Throws if it fails. */
export function outputInside(machine, command) {
  return new Promise((resolve, reject) => {
    execFile('ssh', [...sshArguments(machine), command], (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

/** Copies files and folders of `from` (a folder here) named in `names` into the folder `to` inside, as root's. */
export async function push(machine, from, names, to) {
  const pack = spawn('tar', ['-C', from, '--owner=0', '--group=0', '-c', ...names], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const unpack = spawn('ssh', [...sshArguments(machine), `mkdir -p '${to}' && tar -C '${to}' -x --no-same-owner`], {
    stdio: [pack.stdout, 'inherit', 'inherit'],
  });
  await allWell(pack, unpack);
}

/** Copies the content of the folder `from` inside into the folder `to` here. */
export async function pull(machine, from, to) {
  mkdirSync(to, { recursive: true });
  const pack = spawn('ssh', [...sshArguments(machine), `tar -C '${from}' -c .`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const unpack = spawn('tar', ['-C', to, '-x', '--no-same-owner'], { stdio: [pack.stdout, 'inherit', 'inherit'] });
  await allWell(pack, unpack);
}

/** Waits until the machine answers; gives the seconds it took. Throws once `isAlive` says no or the time is up. */
export async function waitUntilUp(machine, isAlive, seconds = 600) {
  const start = Date.now();
  while (Date.now() - start < seconds * 1000) {
    if (!isAlive()) throw new Error('QEMU ended; see qemu.log and console.log');
    if ((await runInside(machine, 'true', 'ignore')) === 0) return Math.round((Date.now() - start) / 1000);
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
  throw new Error(`the machine did not answer within ${seconds} s; see console.log`);
}

/** Sends QMP commands, [name, arguments] each, one after the other; throws on the first refusal. */
export async function qmp(socketPath, commands) {
  const socket = connect(socketPath);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('QEMU closed its control socket');
      const message = JSON.parse(value);
      if (message.error) throw new Error(`QEMU refused: ${message.error.desc}`);
      if ('return' in message || 'QMP' in message) return message;
    }
  };
  await answer();
  for (const [execute, args] of [['qmp_capabilities', {}], ...commands]) {
    socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    await answer();
  }
  socket.end();
}

/** Runs a program here to its end; throws if it fails. */
export async function run(program, args, options = {}) {
  await allWell(spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options }));
}

const finished = child =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', code => resolve(code ?? 255));
  });

async function allWell(...children) {
  const codes = await Promise.all(children.map(finished));
  const failed = codes.findIndex(code => code !== 0);
  if (failed !== -1) throw new Error(`${children[failed].spawnargs[0]} ended with ${codes[failed]}`);
}
