import { randomBytes } from 'node:crypto';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** Who holds the lock. */
export interface LockHolder {
  readonly pid: number;
  readonly boot: string | undefined;
  /** User and command: `root: nearmetal apply`. */
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** The lock, held. */
export interface RunLock {
  release(): Promise<void>;
}

/** Another run holds the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
  readonly holder: LockHolder;
  constructor(holder: LockHolder) {
    super(`another run holds the lock: ${holder.who}, process ${holder.pid}, since ${holder.since}`);
    this.holder = holder;
  }
}

/** What stands in a lock file: its holder, and the socket that is listened on as long as the holder lives. */
interface LockFile extends LockHolder {
  readonly socket: string;
  readonly released?: true;
}

/**
 * Takes the lock of a state folder. Node has no fcntl locks, so the lock is a file `lock.N` that names its holder and a unix socket on
 * which the holder listens: where nobody answers there any more (a crash, a reboot) the next one takes `lock.N+1`, which only one can
 * make. Numbers never go back, so that who was slow to look cannot take what somebody else has. Throws LockHeld.
 */
export async function takeLock(folder: string, holder: LockHolder): Promise<RunLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socket = `lock.${process.pid}.${randomBytes(4).toString('hex')}.sock`;
  const server = await listenIn(folder, socket);
  const dropSocket = async (): Promise<void> => {
    await new Promise<void>(done => server.close(() => done()));
    rmSync(join(folder, socket), { force: true });
  };
  const draft = join(folder, `${socket}.draft`);
  const write = (path: string, content: LockFile): void =>
    writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  try {
    for (;;) {
      const highest = lockNumbers(folder).at(-1) ?? 0;
      const other = highest === 0 ? undefined : readLock(folder, highest);
      if (other !== undefined && other.released !== true && (await isListening(folder, other.socket)))
        throw new LockHeld(other);
      write(draft, { ...holder, socket });
      if (!makeOnce(draft, lockPath(folder, highest + 1))) continue;
      const ours = highest + 1;
      if ((lockNumbers(folder).at(-1) ?? 0) > ours) {
        rmSync(lockPath(folder, ours), { force: true });
        continue;
      }
      tidyFolder(folder, ours, socket);
      return {
        async release() {
          write(draft, { ...holder, socket, released: true });
          renameSync(draft, lockPath(folder, ours));
          await dropSocket();
        },
      };
    }
  } catch (error) {
    await dropSocket();
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

const lockPath = (folder: string, number: number): string => join(folder, `lock.${number}`);

const lockNumbers = (folder: string): readonly number[] =>
  readdirSync(folder)
    .flatMap(name => /^lock\.(\d{1,15})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);

/** Undefined where it has gone meanwhile, or cannot be read: a lock that says nothing is nobody's. */
function readLock(folder: string, number: number): LockFile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(lockPath(folder, number), 'utf8'));
    return isLockFile(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}

const isLockFile = (value: unknown): value is LockFile =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  'socket' in value &&
  typeof value.socket === 'string' &&
  !value.socket.includes('/');

/** Gives a file a second name that nobody has yet; false where somebody was quicker. */
function makeOnce(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away locks that are over, and sockets that nobody listens on. Only who holds the lock may. */
function tidyFolder(folder: string, ours: number, socket: string): void {
  for (const number of lockNumbers(folder)) if (number < ours) rmSync(lockPath(folder, number), { force: true });
  for (const name of readdirSync(folder)) {
    // of those who are asking just now there may be some: theirs are left, and go with the next lock
    if (name.endsWith('.sock') && name.startsWith('lock.') && name !== socket && !isAlive(Number(name.split('.')[1])))
      rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The path of a socket may have 107 bytes; through the folder's descriptor it is always short. */
function within<T>(folder: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const descriptor = openSync(folder, 'r');
  return use(`/proc/self/fd/${descriptor}/${name}`).finally(() => closeSync(descriptor));
}

const listenIn = (folder: string, name: string): Promise<Server> =>
  within(
    folder,
    name,
    path =>
      new Promise((done, failed) => {
        const server = createServer(socket => socket.destroy());
        server.once('error', failed);
        server.listen(path, () => {
          server.unref();
          done(server);
        });
      }),
  );

const isListening = (folder: string, name: string): Promise<boolean> =>
  within(
    folder,
    name,
    path =>
      new Promise(done => {
        const socket = connect(path);
        socket.once('connect', () => {
          socket.destroy();
          done(true);
        });
        // EAGAIN: somebody listens, and many ask at once
        socket.once('error', error => done('code' in error && error.code === 'EAGAIN'));
      }),
  );
