import { type ConnectionUri, parameterOf, shownUri } from '#libvirt/connection-uri';
import { type DaemonMode, parseMode, type ResolvedUri } from '#libvirt/resolve-uri';
import { UriError } from '#libvirt/uri-error';

/** A socket that may lead to libvirt. */
export interface SocketCandidate {
  readonly path: string;
  /** Who would listen there: `libvirtd` (or virtproxyd in its place), `virtqemud`. */
  readonly daemon: string;
  /** What to ask the daemon for; empty leaves the choice to it. */
  readonly name: string;
}

/** The places that sockets are looked for in, and for whom. */
export interface SocketPlaces {
  /** Folder with the sockets of the system's daemons: `/run/libvirt`. */
  readonly system: string;
  /** Folder with the sockets of the user's own daemons: `$XDG_RUNTIME_DIR/libvirt`. */
  readonly session: string;
  /** Root has no daemons of its own: `qemu:///session` too goes to the system's. */
  readonly isRoot: boolean;
  /** Choose the sockets on which the system's daemons offer read-only connections. */
  readonly isReadOnly: boolean;
}

/** Parameters of a URI that mean the client, not the daemon. */
const ownParameters: ReadonlySet<string> = new Set(
  'socket mode name auth command netcat keyfile no_sanity no_tty no_verify pkipath known_hosts known_hosts_verify sshauth proxy tls_priority'.split(
    ' ',
  ),
);

/** Hypervisors that libvirt drives from inside the client: no daemon speaks for them. */
const driversWithoutDaemon: ReadonlySet<string> = new Set([
  'esx',
  'gsx',
  'vpx',
  'hyperv',
  'openvz',
  'vmwarefusion',
  'vmwareplayer',
  'vmwarews',
  'phyp',
]);

/**
 * Gives the sockets that a URI may lead to, in the order in which they are to be tried. Throws UriError where it leads elsewhere.
 *
 * Without a URI libvirtd (or the proxy in its place) is asked first, then virtqemud, then virtxend. Where libvirt would start a
 * daemon for a user who has none, this client goes on to the system's daemons: it starts nothing.
 */
export function socketCandidates({ uri, mode }: ResolvedUri, places: SocketPlaces): readonly SocketCandidate[] {
  if (uri !== undefined) return candidatesOf(uri, mode, places);
  const probe = (folder: string, suffix: string, path: string): readonly SocketCandidate[] => [
    { path: `${folder}/libvirt-sock${suffix}`, daemon: 'libvirtd', name: '' },
    { path: `${folder}/virtqemud-sock${suffix}`, daemon: 'virtqemud', name: `qemu:///${path}` },
    { path: `${folder}/virtxend-sock${suffix}`, daemon: 'virtxend', name: 'xen:///system' },
  ];
  const system = probe(places.system, readOnlySuffix(places), 'system');
  return places.isRoot ? system : [...probe(places.session, '', 'session').slice(0, 2), ...system];
}

const readOnlySuffix = ({ isReadOnly }: SocketPlaces): string => (isReadOnly ? '-ro' : '');

function candidatesOf(uri: ConnectionUri, configured: DaemonMode, places: SocketPlaces): readonly SocketCandidate[] {
  refuseElsewhere(uri);
  const name = parameterOf(uri, 'name') ?? nameFor(uri);
  const socket = parameterOf(uri, 'socket');
  if (socket !== undefined) return [{ path: socket, daemon: 'libvirt', name }];
  const given = parameterOf(uri, 'mode');
  const mode = given === undefined ? configured : parseMode(given);
  if (mode === undefined)
    throw new UriError(
      'bad-uri',
      `mode=${given} in “${shownUri(uri.text)}” is not a mode`,
      'Use mode=auto, mode=direct or mode=legacy.',
    );

  const isSession =
    !places.isRoot && (uri.path === '/session' || (uri.driver === 'test' && uri.transport !== undefined));
  // the user's own daemons have one socket each, for all purposes
  const [folder, suffix] = isSession ? [places.session, ''] : [places.system, readOnlySuffix(places)];
  const legacy = { path: `${folder}/libvirt-sock${suffix}`, daemon: 'libvirtd', name };
  const own = `virt${uri.driver}d`;
  const direct = { path: `${folder}/${own}-sock${suffix}`, daemon: own, name };
  // the test driver lives in libvirtd alone, and who asks for no driver asks the proxy
  if (uri.driver === 'test' || uri.driver === 'remote' || mode === 'legacy') return [legacy];
  return mode === 'direct' ? [direct] : [direct, legacy];
}

function refuseElsewhere(uri: ConnectionUri): void {
  if (driversWithoutDaemon.has(uri.driver)) {
    throw new UriError(
      'unsupported-driver',
      `${uri.driver} is driven without a libvirt daemon, which this client needs`,
      'Use a KVM, QEMU or Xen host.',
    );
  }
  const transport = uri.transport ?? (uri.host === '' ? 'unix' : 'tls');
  if (transport !== 'unix') {
    const there = uri.host === '' ? 'that host' : uri.host;
    throw new UriError(
      'unsupported-transport',
      `connecting to ${there} by ${transport} is not supported yet`,
      `Run this on ${there} itself with ${uri.driver}://${uri.path}, or forward its libvirt socket here (ssh -L) and give ${uri.driver}://${uri.path}?socket=PATH.`,
    );
  }
  if (uri.host !== '') {
    throw new UriError(
      'bad-uri',
      `“${shownUri(uri.text)}” names the host ${uri.host} and a unix socket, which is always local`,
      'Leave the host away.',
    );
  }
}

/** What the daemon is asked for: the URI without transport and without what means the client. */
function nameFor(uri: ConnectionUri): string {
  if (uri.driver === 'remote') return '';
  const rest = uri.parameters.filter(([key]) => !ownParameters.has(key));
  const query = rest.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
  return `${uri.driver}://${uri.path}${query === '' ? '' : `?${query}`}`;
}
