import { linkOf, namesIn, textOf } from '#apply/look-quietly';
import { parseMounts } from '#formats/proc/mounts';

/** What a link in /proc/PID says of how a process uses a file. */
const uses: Readonly<Record<string, string>> = {
  cwd: 'works in',
  root: 'has as its root',
  exe: 'runs',
};

/** The most users that are named. */
const mostNamed = 10;

/**
 * Says who keeps a folder from being unmounted: processes that work in it or have files below it open or mapped (proc(5)), mounts below it, loop devices
 * over its files. Nothing below the folder is looked at, since who serves it may be dead. Of processes of others root alone is told.
 */
export function usersBelow(folder: string): readonly string[] {
  const isBelow = (path: string | undefined): boolean =>
    path !== undefined && (path === folder || path.startsWith(`${folder}/`));
  const mounts = parseMounts(textOf('/proc/self/mounts') ?? '')
    .filter(({ target }) => target !== folder && isBelow(target))
    .map(({ source, target }) => `${source} is mounted at ${target}`);
  const loops = namesIn('/sys/block')
    .filter(name => isBelow(textOf(`/sys/block/${name}/loop/backing_file`)?.replace(/\n$/, '')))
    .map(name => `/dev/${name} is attached to a file of it`);
  const processes = namesIn('/proc').flatMap(pid =>
    /^\d+$/.test(pid) && Number(pid) !== process.pid ? useOf(pid, isBelow) : [],
  );
  const all = [...processes, ...mounts, ...loops];
  return all.length <= mostNamed ? all : [...all.slice(0, mostNamed), `${all.length - mostNamed} more`];
}

function useOf(pid: string, isBelow: (path: string | undefined) => boolean): readonly string[] {
  const name = `${textOf(`/proc/${pid}/comm`)?.trim() ?? 'a program'} (process ${pid})`;
  for (const [link, says] of Object.entries(uses)) {
    const path = linkOf(`/proc/${pid}/${link}`);
    if (isBelow(path)) return [`${name} ${says} ${path}`];
  }
  for (const [kind, says] of [
    ['fd', 'has open'],
    ['map_files', 'has mapped'],
  ]) {
    for (const each of namesIn(`/proc/${pid}/${kind}`)) {
      const path = linkOf(`/proc/${pid}/${kind}/${each}`);
      if (isBelow(path)) return [`${name} ${says} ${path}`];
    }
  }
  return [];
}
