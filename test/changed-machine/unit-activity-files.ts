import { type Program, type ProgramHost, programs } from '../simulated-machine/programs.js';

const invocations = '/run/systemd/units';
const slice = '/sys/fs/cgroup/system.slice';
const own = '/etc/systemd/system';

/** systemctl on a machine whose files show which units are wanted at boot and which services run, as systemd and the kernel show it. */
export const systemctlThatShows: Program = (words, machine) => {
  const [verb = ''] = words;
  const units = words.slice(1).filter(word => !word.startsWith('-'));
  const before = new Map(units.map(name => [name, machine.units.observe(name)]));
  const answer = programs['systemctl']?.(words, machine);
  for (const name of units) {
    const { isActive, isEnabled } = machine.units.observe(name);
    if (isActive !== before.get(name)?.isActive && name.endsWith('.service')) showActivity(machine, name, isActive);
    if (verb === 'disable') takeLinks(machine, name);
    if (verb === 'enable' && isEnabled) showLinks(machine, name);
  }
  return answer;
};

/** Makes, or takes away, what is there while a service runs: its invocation id, its cgroup. */
export function showActivity(machine: ProgramHost, name: string, isActive: boolean): void {
  const { files } = machine;
  const link = `${invocations}/invocation:${name}`;
  if (files.list(invocations).outcome === 'ok') {
    if (!isActive) files.remove(link);
    else if (!files.revert(link) && !isListed(machine, link)) files.linkTo(link, '0123456789abcdef0123456789abcdef');
  }
  const path = `${slice}/${name}/cgroup.procs`;
  if (isActive) {
    if (!files.revert(path) && files.list(invocations).outcome !== 'ok') files.write(path, '4242\n');
  } else if (machine.text(path) !== undefined) files.remove(path);
}

const foldersOfLinks = (machine: ProgramHost): readonly string[] =>
  machine.files.kernel
    .list(own)
    .filter(name => /\.(?:wants|requires)$/.test(name))
    .map(name => `${own}/${name}`);

function isListed(machine: ProgramHost, path: string): boolean {
  const slash = path.lastIndexOf('/');
  return machine.files.kernel.list(path.slice(0, slash)).includes(path.slice(slash + 1));
}

function takeLinks(machine: ProgramHost, name: string): void {
  for (const folder of foldersOfLinks(machine))
    if (isListed(machine, `${folder}/${name}`)) machine.files.remove(`${folder}/${name}`);
}

/** The links that were there; where there were none and the unit's own file tells of none, one of the usual kind. */
function showLinks(machine: ProgramHost, name: string): void {
  const folders = foldersOfLinks(machine);
  const isThere = (): boolean => folders.some(folder => isListed(machine, `${folder}/${name}`));
  if (isThere()) return;
  for (const folder of folders) machine.files.revert(`${folder}/${name}`);
  if (!isThere()) machine.files.linkTo(`${own}/multi-user.target.wants/${name}`, `/usr/lib/systemd/system/${name}`);
}
