import type { UnitSurvey } from '#collect/host/unit-survey';
import type { Sources } from '#collect/sources';
import { lastSetting } from '#formats/conf/unit-file';
import { pathOfUnit } from '#formats/conf/unit-name';
import { parseListeningPorts } from '#formats/proc/listening-ports';
import { parseListeningSockets } from '#formats/proc/listening-sockets';
import { parseMounts } from '#formats/proc/mounts';
import type { Evidence } from '#model/known';
import { oncePer } from '#model/once-per';

/** Links that systemd keeps for every service that is not inactive (systemd: src/core/unit.c, unit_unlink_state_files; since 236). */
const invocations = '/run/systemd/units';
/** There while systemd is the init of this machine: sd_booted(3). */
const booted = '/run/systemd/system';
const slices = [
  '/sys/fs/cgroup/system.slice',
  '/sys/fs/cgroup/systemd/system.slice',
  '/sys/fs/cgroup/unified/system.slice',
];
const mounts = '/proc/self/mounts';
const sockets = '/proc/net/unix';
const ports = ['/proc/net/tcp', '/proc/net/tcp6'];

/** Files that are looked at. */
export const activityFiles = [
  `${invocations}/*`,
  `${booted}/*`,
  ...slices.flatMap(slice => [`${slice}/*`, `${slice}/*/cgroup.procs`, `${slice}/*/cgroup.events`]),
  mounts,
  sockets,
  ...ports,
] as const;

/** Whether a unit runs, and what says so; both undefined where it cannot be told without asking systemd. */
export interface Activity {
  readonly isActive: boolean | undefined;
  readonly evidence?: Evidence;
}

/** Takes the machine; gives a function that tells of a unit whether it runs. What is the same for all units is read once. */
export function unitActivity(sources: Sources): (name: string, survey: UnitSurvey) => Activity {
  const { files } = sources;
  const links = files.list(invocations);
  const isBooted = files.list(booted).outcome;
  const invoked = links.outcome === 'ok' && links.value.length > 0 ? new Set(links.value) : undefined;
  const table = files.read(mounts);
  const targets =
    table.outcome === 'ok'
      ? new Set(parseMounts(table.value).flatMap(({ type, target }) => (type === 'autofs' ? [] : [target])))
      : undefined;

  return (name, survey) => {
    if (name.endsWith('.mount')) return mountActivity(name, targets);
    if (name.endsWith('.socket')) return socketActivity(name, survey, sources);
    const link = `invocation:${name}`;
    if (invoked !== undefined) {
      const isActive = invoked.has(link);
      return { isActive, evidence: { from: invocations, value: isActive ? link : `no ${link}` } };
    }
    const group = cgroupActivity(sources, name);
    if (group.isActive === true) return group;
    // a service that is active after its processes have ended leaves no cgroup behind
    if (group.isActive === false) return mayStay(name, survey) ? { isActive: undefined } : group;
    return isBooted === 'absent'
      ? { isActive: false, evidence: { from: booted, value: 'not there: systemd does not run' } }
      : { isActive: undefined };
  };
}

function mountActivity(name: string, targets: ReadonlySet<string> | undefined): Activity {
  const path = pathOfUnit(name);
  if (targets === undefined || path === undefined) return { isActive: undefined };
  const isActive = targets.has(path);
  return { isActive, evidence: { from: mounts, value: isActive ? `${path} is mounted` : `${path} is not mounted` } };
}

function socketActivity(name: string, survey: UnitSurvey, sources: Sources): Activity {
  const settings = survey.settingsOf(name);
  const stream = settings === undefined ? undefined : lastSetting(settings, 'Socket.ListenStream');
  const port = /^(?:.{0,64}:)?(\d{1,5})$/.exec(stream ?? '')?.[1];
  if (port !== undefined) return portActivity(Number(port), openPorts(sources));
  const listening = listeningSockets(sources);
  const path = stream?.replace(/^%t\//, '/run/').replace(/^\/var\/run\//, '/run/');
  if (listening === undefined || path === undefined || !path.startsWith('/')) return { isActive: undefined };
  const isActive = listening.has(path) || listening.has(path.replace(/^\/run\//, '/var/run/'));
  const value = isActive ? `${path} is listened on` : `nothing listens on ${path}`;
  return { isActive, evidence: { from: sockets, value } };
}

function portActivity(port: number, open: ReadonlySet<number> | undefined): Activity {
  if (open === undefined) return { isActive: undefined };
  const isActive = open.has(port);
  const value = isActive ? `port ${port} is listened on` : `nothing listens on port ${port}`;
  return { isActive, evidence: { from: ports.join(', '), value } };
}

const listeningSockets = oncePer(({ files }: Sources): ReadonlySet<string> | undefined => {
  const list = files.read(sockets);
  return list.outcome === 'ok' ? parseListeningSockets(list.value) : undefined;
});

/** The kernel takes milliseconds to write these tables. The second is missing where it has no IPv6. */
const openPorts = oncePer(({ files }: Sources): ReadonlySet<number> | undefined => {
  const tables = ports.map(path => files.read(path));
  if (tables[0]?.outcome !== 'ok') return undefined;
  return new Set(tables.flatMap(table => (table.outcome === 'ok' ? [...parseListeningPorts(table.value)] : [])));
});

function cgroupActivity({ files }: Sources, name: string): Activity {
  let seen: Activity = { isActive: undefined };
  for (const slice of slices) {
    const groups = files.list(slice);
    if (groups.outcome !== 'ok') continue;
    const path = `${slice}/${name}`;
    if (groups.value.includes(name)) {
      const processes = files.read(`${path}/cgroup.procs`);
      const events = files.read(`${path}/cgroup.events`);
      if (processes.outcome === 'ok' && processes.value.trim() !== '') {
        return { isActive: true, evidence: { from: `${path}/cgroup.procs`, value: 'holds processes' } };
      }
      if (events.outcome === 'ok' && /^populated 1$/m.test(events.value)) {
        return { isActive: true, evidence: { from: `${path}/cgroup.events`, value: 'populated 1' } };
      }
    }
    seen = { isActive: false, evidence: { from: slice, value: `no processes of ${name}` } };
  }
  return seen;
}

function mayStay(name: string, survey: UnitSurvey): boolean {
  const settings = survey.settingsOf(name);
  if (settings === undefined) return true;
  return /^(?:yes|true|on|1)$/i.test(lastSetting(settings, 'Service.RemainAfterExit') ?? 'no');
}
