import { ConfError, readLibvirtConf } from '#formats/conf/read-libvirt-conf';
import { type ConnectionUri, parseConnectionUri } from '#libvirt/connection-uri';
import { UriError } from '#libvirt/uri-error';

/** Where the choice of a URI is looked for. */
export interface UriSources {
  /** The URI or alias that the user gave, as with `-c`. */
  readonly given?: string | undefined;
  /** The environment; `LIBVIRT_DEFAULT_URI` counts. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** libvirt.conf, where there is one. */
  readonly config?: { readonly path: string; readonly text: string } | undefined;
}

/** How a daemon is chosen: `direct` the one of the hypervisor (virtqemud), `legacy` libvirtd or its proxy, `auto` whichever is there. */
export type DaemonMode = 'auto' | 'direct' | 'legacy';

/** The choice that was made. */
export interface ResolvedUri {
  /** Undefined where nothing was chosen: the daemons that are there are asked. */
  readonly uri: ConnectionUri | undefined;
  /** What made the choice. */
  readonly from: 'given' | 'LIBVIRT_DEFAULT_URI' | 'uri_default' | 'nothing';
  /** The alias that led to the URI. */
  readonly alias: string | undefined;
  /** `remote_mode` of libvirt.conf. */
  readonly mode: DaemonMode;
}

/**
 * Chooses as libvirt documents it (docs, "Connection URIs", default URI choice): what was given, else `LIBVIRT_DEFAULT_URI`, else
 * `uri_default` of libvirt.conf, else nothing. Whatever it is may be an alias of `uri_aliases`. An empty text counts as nothing.
 * Throws UriError for a URI or a file that cannot be understood.
 */
export function resolveUri({ given, environment, config }: UriSources): ResolvedUri {
  const settings = config === undefined ? noSettings : readSettings(config);
  const fromEnvironment = environment['LIBVIRT_DEFAULT_URI'];
  const [text, from] = given
    ? ([given, 'given'] as const)
    : fromEnvironment
      ? ([fromEnvironment, 'LIBVIRT_DEFAULT_URI'] as const)
      : settings.uriDefault
        ? ([settings.uriDefault, 'uri_default'] as const)
        : ([undefined, 'nothing'] as const);
  if (text === undefined) return { uri: undefined, from, alias: undefined, mode: settings.mode };
  const target = settings.aliases.get(text);
  return {
    uri: parseConnectionUri(target ?? text),
    from,
    alias: target === undefined ? undefined : text,
    mode: settings.mode,
  };
}

interface Settings {
  readonly uriDefault: string | undefined;
  readonly aliases: ReadonlyMap<string, string>;
  readonly mode: DaemonMode;
}

const noSettings: Settings = { uriDefault: undefined, aliases: new Map(), mode: 'auto' };

function readSettings({ path, text }: { readonly path: string; readonly text: string }): Settings {
  const bad = (saw: string): UriError =>
    new UriError('bad-config', `${path}: ${saw}`, `Correct ${path}; libvirt refuses it, too.`);
  try {
    const values = readLibvirtConf(text);
    const uriDefault = values.get('uri_default');
    if (uriDefault !== undefined && typeof uriDefault !== 'string') throw bad('uri_default must be a text');
    const list = values.get('uri_aliases') ?? [];
    if (typeof list === 'number' || typeof list === 'string') throw bad('uri_aliases must be a list of texts');
    return {
      uriDefault,
      aliases: new Map(
        list.map(entry => {
          const match = /^([A-Za-z0-9_-]+)=(.+)$/.exec(String(entry));
          if (match?.[1] === undefined || match[2] === undefined)
            throw bad(`“${entry}” in uri_aliases is not of the form alias=uri`);
          return [match[1], match[2]];
        }),
      ),
      mode: parseMode(values.get('remote_mode') ?? 'auto') ?? raise(bad('remote_mode must be auto, direct or legacy')),
    };
  } catch (error) {
    throw error instanceof ConfError ? bad(error.message) : error;
  }
}

function raise(error: Error): never {
  throw error;
}

/** Gives the mode of that name, undefined where there is none. */
export function parseMode(text: unknown): DaemonMode | undefined {
  return text === 'auto' || text === 'direct' || text === 'legacy' ? text : undefined;
}
