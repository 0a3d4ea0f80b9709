import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { nextTurn } from '#cli/next-turn';
import type { OpenOptions } from '#cli/open-options';
import { type Progress, startProgress } from '#cli/progress';
import { commandsOf } from '#cli/read-only-commands';
import { inputError, usageError } from '#cli/request-error';
import { systemWords } from '#cli/system-words';
import { fetchAnswers, fetchSecondSample } from '#collect/fetch-answers';
import { firstSample } from '#collect/first-sample';
import type { InsideGuests } from '#collect/inside/inside-guests';
import { isSameMachine } from '#collect/is-same-machine';
import type { LibvirtAnswers } from '#collect/libvirt-answers';
import type { Place } from '#collect/machine';
import { readAhead } from '#collect/read-ahead';
import type { Sources } from '#collect/sources';
import { maskOutput } from '#formats/secrets/mask-output';
import { connect } from '#libvirt/connect';
import type { Connection } from '#libvirt/connection';
import { ConnectionError } from '#libvirt/connection-error';
import { UriError } from '#libvirt/uri-error';
import { type Unknown, unknown } from '#model/known';
import { type Commands, noCommands } from '#transport/commands';
import { earlyTree } from '#transport/early-tree';
import { emptyTree } from '#transport/empty-tree';
import type { FileTree } from '#transport/file-tree';
import { localTree } from '#transport/local-tree';
import { recordingTree } from '#transport/recording-tree';

/** Why libvirt was not asked where there is none. */
export const noLibvirt = 'no libvirt was found here';

/** Opens this machine, or the tree below `--root`: its files, and the libvirt that `--connect` or libvirt's own rules choose, which is asked at once. */
export async function openLocal(options: OpenOptions): Promise<Place> {
  if (options.guestAgent === true && options.readOnly === true)
    throw usageError('libvirt lets guest agents be asked on its read-write socket only', 'leave out --read-only');
  const root = rootOf(options.root);
  const progress = startProgress(options.quiet === true);
  try {
    progress.say('asking libvirt');
    const connection = await tryConnect(options, root);
    try {
      return await readPlace(connection, options, { root, progress });
    } finally {
      if (!('state' in connection)) await connection.close();
    }
  } finally {
    progress.end();
  }
}

async function readPlace(
  connection: Connection | Unknown,
  options: OpenOptions,
  { root, progress }: { readonly root: string; readonly progress: Progress },
): Promise<Place> {
  const started = process.hrtime.bigint();
  const tree = localTree(root, { missing: 'absent' });
  const isOneLook = options.sampleMs === undefined;
  const whole = isOneLook && root === '/' ? earlyTree(tree, slowFiles) : tree;
  // several readings look at one file: each is read once
  const local = isOneLook ? recordingTree(whole).tree : whole;
  const commands = await commandsFor(options, root);
  const { libvirt, ahead } =
    'state' in connection ? { libvirt: connection } : await askAndRead(connection, options, { root, files: local });
  const joined =
    'state' in libvirt || options.root !== undefined ? true : isSameMachine(libvirt, local, options.connect);
  const inside =
    options.guestAgent === true && !('state' in libvirt)
      ? await askInsides(libvirt, options, root, progress)
      : undefined;
  const asked: Sources = {
    files: joined === true ? local : emptyTree(joined),
    libvirt,
    commands: joined === true ? commands : noCommands,
    ...(inside && { inside }),
    ...(joined === true && ahead && { ahead }),
  };
  const sources =
    options.sampleMs === undefined
      ? asked
      : {
          ...firstSample(asked),
          later: await sampleLater(connection, asked, { forMs: options.sampleMs, started, say: progress.say }),
        };
  return {
    source: options.connect === undefined || 'state' in libvirt ? place(root) : `${libvirt.uri}${and(root)}`,
    extent: 'host',
    sources,
    ...(joined === true ? {} : { notes: [joined] }),
  };
}

/** Images are read in any case: that runs nothing. Those of a tree lie where its machine had them, which is elsewhere. */
async function commandsFor({ run }: OpenOptions, root: string): Promise<Commands> {
  if (root !== '/') return noCommands;
  const { readingImages } = await import('#collect/guest/image-reader');
  return readingImages(run === true ? commandsOf() : noCommands);
}

/** The kernel looks through all places for connections, some hundred thousand, to find those that there are. */
const slowFiles = ['/proc/net/tcp', '/proc/net/tcp6'];

const place = (root: string): string => (root === '/' ? 'this machine' : root);
const and = (root: string): string => (root === '/' ? '' : ` and ${root}`);

/** A root that is no folder is an error: every fact would be absent, and all would seem well. */
export function rootOf(given: string | undefined): string {
  if (given === undefined) return '/';
  if (given.trim() === '') throw usageError('--root needs a folder');
  try {
    if (statSync(given).isDirectory()) return resolve(given);
  } catch (error) {
    throw inputError(`${given}: ${systemWords(error)}`);
  }
  throw inputError(`${given} is no folder`, '--root takes the folder that holds proc/, sys/ and etc/ of a machine');
}

const connectAs = (options: OpenOptions, root: string, readOnly: boolean): Promise<Connection> =>
  connect({ uri: options.connect, readOnly, allow: 'reads', ...(root === '/' ? {} : { root }) });

const ask = (connection: Connection, options: OpenOptions, root: string): ReturnType<typeof fetchAnswers> =>
  fetchAnswers(connection, options.readOnly === true ? {} : { openReadWrite: () => connectAs(options, root, false) });

interface Asked {
  readonly libvirt: LibvirtAnswers;
  readonly ahead?: Sources['ahead'];
}

/** Reads the machine's files while libvirt works on its answers, where these will be of the same machine; a second sample starts with the answers. */
async function askAndRead(
  connection: Connection,
  options: OpenOptions,
  { root, files }: { readonly root: string; readonly files: FileTree },
): Promise<Asked> {
  const answers = ask(connection, options, root);
  if (options.sampleMs !== undefined || (options.connect !== undefined && options.root === undefined))
    return { libvirt: await answers };
  let isAnswered = false;
  const answered = answers.finally(() => {
    isAnswered = true;
  });
  // awaited below, where it is told
  answered.catch(() => undefined);
  let ahead: Sources['ahead'];
  for (const facts of readAhead(files)) {
    ahead = facts;
    await nextTurn();
    if (isAnswered) break;
  }
  return { libvirt: await answered, ahead };
}

/** How long one guest may take with all its answers, and all guests together. */
const guestMs = 20_000;
const allGuestsMs = 300_000;

/** Asks guest agents over a connection of their own: one that hangs holds up nothing else. */
async function askInsides(
  { domains }: LibvirtAnswers,
  options: OpenOptions,
  root: string,
  progress: Progress,
): Promise<InsideGuests> {
  const { fetchInsides } = await import('#collect/fetch/fetch-insides');
  const connection = await connectAs(options, root, false).catch((error: unknown) => {
    throw inputError(`guest agents cannot be asked: ${messageOf(error)}`, doThisOf(error));
  });
  try {
    return await fetchInsides(connection, domains, {
      only: options.guest ?? [],
      deadline: () => AbortSignal.timeout(guestMs),
      signal: AbortSignal.timeout(allGuestsMs),
      onProgress: (done, of) => progress.say(`asking guest agents: ${done} of ${of}`),
    });
  } finally {
    await connection.close();
  }
}

/** No libvirt is a fact about the machine, unless the user named one: then it is an error. */
async function tryConnect(options: OpenOptions, root: string): Promise<Connection | Unknown> {
  try {
    return await connectAs(options, root, true);
  } catch (error) {
    if (error instanceof UriError) throw usageError(error.message, error.doThis);
    if (options.connect !== undefined) throw inputError(messageOf(error), doThisOf(error));
    if (error instanceof ConnectionError && error.code === 'no-libvirt') return unknown(noLibvirt, 'start libvirt');
    return unknown(`libvirt did not answer: ${messageOf(error)}`, doThisOf(error));
  }
}

async function sampleLater(
  connection: Connection | Unknown,
  { files, libvirt: first }: Sources,
  { forMs, started, say }: { readonly forMs: number; readonly started: bigint; readonly say: Progress['say'] },
): Promise<NonNullable<Sources['later']>> {
  say(`looking again in ${Math.round(forMs / 1000)} s`);
  await new Promise(done => setTimeout(done, Math.max(0, forMs - msSince(started))));
  const libvirt = 'state' in first || 'state' in connection ? first : await fetchSecondSample(connection, first);
  return { files, libvirt, afterMs: msSince(started) };
}

const msSince = (started: bigint): number => Number(process.hrtime.bigint() - started) / 1e6;

const messageOf = (error: unknown): string => maskOutput(error instanceof Error ? error.message : String(error));

const doThisOf = (error: unknown): string | undefined =>
  error instanceof Error && 'doThis' in error && typeof error.doThis === 'string' ? error.doThis : undefined;
