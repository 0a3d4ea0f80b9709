import { type Connection, type ConnectionOptions, openConnection } from '#libvirt/connection';
import { ConnectionError, type ConnectionProblem, type TriedSocket } from '#libvirt/connection-error';
import { LibvirtError } from '#libvirt/libvirt-error';
import { openUnixSocket } from '#libvirt/open-unix-socket';
import { type LocalOptions, readLocalSettings } from '#libvirt/read-local-settings';
import { resolveUri } from '#libvirt/resolve-uri';
import { socketCandidates } from '#libvirt/socket-candidates';

/** Which libvirt is wanted, and what for. */
export interface ConnectOptions extends ConnectionOptions, LocalOptions {
  /** `qemu:///system`, an alias of libvirt.conf; left out or empty: as libvirt itself chooses. */
  readonly uri?: string | undefined;
}

/**
 * Connects to a libvirt daemon of this machine, chosen as libvirt documents it: the URI given, else `LIBVIRT_DEFAULT_URI`, else
 * `uri_default` of libvirt.conf, else the first daemon that answers. Rejects with UriError; with ConnectionError where no socket leads
 * anywhere (`tried` lists them); and as `openConnection` does.
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { sources, places } = readLocalSettings(options);
  const resolved = resolveUri({ ...sources, given: options.uri });
  const tried: TriedSocket[] = [];
  const problems: Error[] = [];
  for (const { path, name } of socketCandidates(resolved, { ...places, isReadOnly: options.readOnly ?? false })) {
    try {
      return await openConnection(await openUnixSocket(path, options), name, options);
    } catch (error) {
      // a daemon that is there and says no is the answer, unless we are only looking around
      const isAboutSocket = error instanceof ConnectionError && socketProblems.has(error.code);
      const isOneOfMany = error instanceof LibvirtError && resolved.uri === undefined;
      if (!isAboutSocket && !isOneOfMany) throw error;
      problems.push(error);
      tried.push({ path, problem: error.message });
    }
  }
  throw worst(problems, tried);
}

const socketProblems: ReadonlySet<ConnectionProblem> = new Set([
  'no-socket',
  'no-rights',
  'nobody-listens',
  'cannot-connect',
]);

/** Chooses the error that tells most: a daemon's refusal, else what is wrong with a socket that is there, else that there is none. */
function worst(problems: readonly Error[], tried: readonly TriedSocket[]): Error {
  const refused = problems.find(problem => problem instanceof LibvirtError);
  if (refused !== undefined) return refused;
  const found = problems.find(problem => problem instanceof ConnectionError && problem.code !== 'no-socket');
  if (found instanceof ConnectionError)
    return new ConnectionError(found.code, found.message, found.doThis, { cause: found, tried });
  return new ConnectionError(
    'no-libvirt',
    `no libvirt daemon was found (${tried.map(({ path }) => path).join(', ')})`,
    'Install and start libvirt, or check files instead.',
    { tried },
  );
}
