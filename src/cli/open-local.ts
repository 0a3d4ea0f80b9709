import type { OpenOptions } from '#cli/open-options';
import { startProgress } from '#cli/progress';
import { commandsOf } from '#cli/read-only-commands';
import { inputError, usageError } from '#cli/request-error';
import { fetchAnswers, fetchSecondSample } from '#collect/fetch-answers';
import { firstSample } from '#collect/first-sample';
import { isSameMachine } from '#collect/is-same-machine';
import type { Place } from '#collect/machine';
import type { Sources } from '#collect/sources';
import { connect } from '#libvirt/connect';
import type { Connection } from '#libvirt/connection';
import { ConnectionError } from '#libvirt/connection-error';
import { UriError } from '#libvirt/uri-error';
import { type Unknown, unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import { emptyTree } from '#transport/empty-tree';
import { localTree } from '#transport/local-tree';
import { recordingTree } from '#transport/recording-tree';

/** Opens this machine, or the tree below `--root`: its files, and the libvirt that `--connect` or libvirt's own rules choose, which is asked at once. */
export async function openLocal(options: OpenOptions): Promise<Place> {
  const root = options.root ?? '/';
  const progress = startProgress(options.quiet === true);
  // several readings look at one file: each is read once
  const { tree: local } = recordingTree(localTree(root, { missing: 'absent' }));
  const commands = options.run === true && root === '/' ? commandsOf() : noCommands;
  try {
    const connection = await tryConnect(options, root);
    if ('state' in connection) {
      return { source: place(root), extent: 'host', sources: { files: local, libvirt: connection, commands } };
    }
    try {
      progress.say('asking libvirt');
      const started = performance.now();
      const libvirt = await fetchAnswers(
        connection,
        options.readOnly === true ? {} : { openReadWrite: () => connectAs(options, root, false) },
      );
      const joined = options.root === undefined ? isSameMachine(libvirt, local, options.connect) : true;
      const files = joined === true ? local : emptyTree(joined);
      const asked: Sources = { files, libvirt, commands: joined === true ? commands : noCommands };
      const sources = options.sampleMs === undefined ? asked : firstSample(asked);
      const later =
        options.sampleMs === undefined
          ? undefined
          : await sampleLater(connection, asked, { forMs: options.sampleMs, started, say: progress.say });
      return {
        source: options.connect === undefined ? place(root) : `${libvirt.uri}${root === '/' ? '' : ` and ${root}`}`,
        extent: 'host',
        sources: later === undefined ? sources : { ...sources, later },
        ...(joined === true ? {} : { notes: [joined] }),
      };
    } finally {
      await connection.close();
    }
  } finally {
    progress.end();
  }
}

const place = (root: string): string => (root === '/' ? 'this machine' : root);

const connectAs = (options: OpenOptions, root: string, readOnly: boolean): Promise<Connection> =>
  connect({ uri: options.connect, readOnly, allow: 'reads', ...(root === '/' ? {} : { root }) });

/** No libvirt is a fact about the machine, unless the user named one: then it is an error. */
async function tryConnect(options: OpenOptions, root: string): Promise<Connection | Unknown> {
  try {
    return await connectAs(options, root, true);
  } catch (error) {
    if (error instanceof UriError) throw usageError(error.message, error.doThis);
    if (options.connect !== undefined) throw inputError(messageOf(error), doThisOf(error));
    if (error instanceof ConnectionError && error.code === 'no-libvirt')
      return unknown('no libvirt was found here', 'start libvirt');
    return unknown(`libvirt did not answer: ${messageOf(error)}`, doThisOf(error));
  }
}

async function sampleLater(
  connection: Connection,
  { files, libvirt: first }: Sources,
  { forMs, started, say }: { readonly forMs: number; readonly started: number; readonly say: (text: string) => void },
): Promise<NonNullable<Sources['later']>> {
  say(`looking again in ${Math.round(forMs / 1000)} s`);
  await new Promise(done => setTimeout(done, Math.max(0, forMs - (performance.now() - started))));
  const libvirt = 'state' in first ? first : await fetchSecondSample(connection, first);
  return { files, libvirt, afterMs: performance.now() - started };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const doThisOf = (error: unknown): string | undefined =>
  error instanceof Error && 'doThis' in error && typeof error.doThis === 'string' ? error.doThis : undefined;
