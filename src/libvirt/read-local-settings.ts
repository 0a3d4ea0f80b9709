import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { UriSources } from '#libvirt/resolve-uri';
import type { SocketPlaces } from '#libvirt/socket-candidates';
import { UriError } from '#libvirt/uri-error';

/** What makes this machine's libvirt another than the usual one. */
export interface LocalOptions {
  /** The folder that counts as `/` for libvirt.conf and the sockets of the system. */
  readonly root?: string | undefined;
  /** The folder with libvirt's sockets, in place of `/run/libvirt` and of the user's own. */
  readonly socketDirectory?: string | undefined;
  /** The environment; that of this process where it is left out. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Reads what the choice of a URI and its sockets depends on. Throws UriError where libvirt.conf cannot be read. */
export function readLocalSettings({ root = '/', socketDirectory, environment = process.env }: LocalOptions): {
  readonly sources: Omit<UriSources, 'given'>;
  readonly places: Omit<SocketPlaces, 'isReadOnly'>;
} {
  const isRoot = process.geteuid?.() === 0;
  const home = environment['HOME'] || homedir();
  const path = isRoot
    ? join(root, 'etc/libvirt/libvirt.conf')
    : join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'libvirt/libvirt.conf');
  const text = readIfThere(path);
  const runtime = environment['XDG_RUNTIME_DIR'] || environment['XDG_CACHE_HOME'] || join(home, '.cache');
  return {
    sources: { environment, config: text === undefined ? undefined : { path, text } },
    places: {
      isRoot,
      system: socketDirectory ?? join(root, 'run/libvirt'),
      session: socketDirectory ?? join(runtime, 'libvirt'),
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // as for libvirt, a file in a folder that is closed to the user (somebody else's $HOME) is not there
    if (code === 'ENOENT' || code === 'ENOTDIR' || !existsSync(path)) return undefined;
    throw new UriError('bad-config', `${path} cannot be read: ${error}`, `Make ${path} readable, or take it away.`);
  }
}
