import { fileText, folderNames } from '#collect/file-facts';
import { DiskImages } from '#collect/guest/disk-images';
import { guestManagers } from '#collect/guest/guest-managers';
import { guestProcess, noProcess, pidOfGuest } from '#collect/guest/guest-process';
import { isUp, stateOfWord } from '#collect/guest/guest-states';
import { whenUp } from '#collect/guest/libvirt-guest';
import { readDefinition, unreadDefinition } from '#collect/guest/read-definition';
import { insideOf } from '#collect/inside/guest-inside';
import { readDocument } from '#collect/read-document';
import type { Sources } from '#collect/sources';
import { type ParsedDomain, parseDomain } from '#formats/domain-xml/parse-domain';
import { type DomainStatus, parseDomainStatus } from '#formats/domain-xml/parse-domain-status';
import type { Guest, GuestState } from '#model/guest';
import { absent, type Known, known, unknown, valueIfKnown } from '#model/known';

/** Folders of libvirt's drivers: definitions, and status files of guests that run. */
const drivers = [
  { definitions: '/etc/libvirt/qemu', status: '/run/libvirt/qemu' },
  { definitions: '/etc/libvirt/libxl', status: '/run/libvirt/libxl' },
] as const;

/** Files that tell of guests where libvirt does not, for the reading's list of ways. */
export const guestFiles: readonly string[] = drivers.flatMap(({ definitions, status }) => [
  `${definitions}/*.xml`,
  `${definitions}/autostart/*.xml`,
  `${status}/*.xml`,
]);

/** libvirt's own files say how guests are defined and which ran when it last wrote; they are not its answer. */
const noAnswer = 'libvirt did not answer, and its files do not tell';
const askLibvirt = 'start libvirt, or run as a user who may use it';

/**
 * Gives the guests that libvirt's own files tell of: definitions in /etc/libvirt, status files in /run/libvirt. A guest with a status
 * file is in the state that the file says; one without it is off where the folder could be read. Unknown where no folder could be.
 */
export function guestsOfFiles(sources: Sources): Known<readonly Guest[]> {
  const images = new DiskImages(sources);
  const managedBy = guestManagers(sources);
  const inside = insideOf(sources);
  const lacks: Known<never>[] = [];
  const guests: Guest[] = [];
  const evidence: { from: string; value: string }[] = [];
  for (const { definitions, status } of drivers) {
    const names = folderNames(sources, definitions);
    const running = folderNames(sources, status);
    if (names.state !== 'known' && running.state !== 'known') {
      lacks.push(names);
      continue;
    }
    const files = new Set([...xmlNames(names), ...xmlNames(running)]);
    evidence.push({ from: definitions, value: [...files].join(' ') || 'no definitions' });
    for (const file of files) {
      const guest = guestOfFiles(sources, { definitions, status, file, running, images, managedBy, inside });
      if (guest !== undefined) guests.push(guest);
    }
  }
  if (evidence.length > 0) return known(guests, ...evidence);
  return (
    lacks.find(lack => lack.state === 'unknown') ??
    absent(...lacks.flatMap(lack => (lack.state === 'absent' ? lack.evidence : [])))
  );
}

const xmlNames = (names: Known<readonly string[]>): readonly string[] =>
  (valueIfKnown(names) ?? []).filter(name => name.endsWith('.xml'));

interface Place {
  readonly definitions: string;
  readonly status: string;
  readonly file: string;
  readonly running: Known<readonly string[]>;
  readonly images: DiskImages;
  readonly managedBy: ReturnType<typeof guestManagers>;
  readonly inside: ReturnType<typeof insideOf>;
}

function guestOfFiles(sources: Sources, place: Place): Guest | undefined {
  const { definitions, status, file, running, images } = place;
  const path = `${definitions}/${file}`;
  const text = fileText(sources, path);
  const live = readStatus(sources, `${status}/${file}`);
  // other files of libvirt lie in the same folder as the status files
  if (text.state === 'absent' && live === undefined) return undefined;
  const state = stateOf(live, running, `${status}/${file}`);
  const lively = live && parseDomain(live.domain, { source: `${status}/${file}`, isFile: true });
  const stored = storedDefinition(text, path, lively);
  const name = stored.name ?? file.slice(0, -'.xml'.length);
  const isRunning = state.state === 'known' && isUp(state.value);
  const pid =
    live?.pid === undefined
      ? whenUp(state, () => pidOfGuest(sources, name, 'system'))
      : pidOfStatus(live.pid, status, file);
  return {
    name,
    uuid: stored.uuid,
    state,
    autostart: autostartOf(sources, definitions, file),
    isPersistent:
      text.state === 'unknown'
        ? text
        : known(text.state === 'known', { from: path, value: text.state === 'known' ? 'there' : 'not there' }),
    hasManagedSave: unknown(noAnswer, askLibvirt),
    config: images.into(stored.config, undefined, isRunning),
    live:
      lively === undefined
        ? whenUp(state, () => unknown(`${status}/${file} was not understood`))
        : known(images.into(lively.config, undefined, true), {
            from: `${status}/${file}`,
            value: `the live definition of ${name}`,
          }),
    stats: whenUp(state, () => unknown(noAnswer, askLibvirt)),
    load: whenUp(state, () => unknown(noAnswer, askLibvirt)),
    process: pid.state === 'absent' ? noProcess(pid) : guestProcess(sources, pid),
    managedBy: place.managedBy(name, stored.managedBy),
    osId: stored.osId,
    declaredIntents: stored.declaredIntents,
    inside: place.inside({ name, uuid: valueIfKnown(stored.uuid) }),
  };
}

/** The stored definition; of a guest that has none (transient) the live one. */
function storedDefinition(text: Known<string>, path: string, live: ParsedDomain | undefined): ParsedDomain {
  if (text.state === 'known') return readDefinition(text.value, { source: path, isFile: true });
  if (text.state === 'absent' && live !== undefined) return live;
  return unreadDefinition(path, text.state === 'unknown' ? text : unknown(`${path} is not there`));
}

function readStatus(sources: Sources, path: string): DomainStatus | undefined {
  const text = fileText(sources, path);
  if (text.state !== 'known') return undefined;
  const status = readDocument(text.value, path, parseDomainStatus);
  return status === undefined || 'reason' in status ? undefined : status;
}

function stateOf(live: DomainStatus | undefined, running: Known<readonly string[]>, path: string): Known<GuestState> {
  const word = live?.state;
  const state = word === undefined ? undefined : stateOfWord(word);
  if (state !== undefined) return known(state, { from: path, value: `state='${word}'` });
  const isListed = valueIfKnown(running)?.includes(path.replace(/^.*\//, '')) ?? true;
  return isListed ? unknown(noAnswer, askLibvirt) : known('shut-off', { from: path, value: 'not there' });
}

const pidOfStatus = (pid: number, status: string, file: string): Known<number> =>
  known(pid, { from: `${status}/${file}`, value: `pid='${pid}'` });

/** libvirt links the definition of a guest that starts with the host. */
function autostartOf(sources: Sources, definitions: string, file: string): Known<boolean> {
  const folder = `${definitions}/autostart`;
  const names = folderNames(sources, folder);
  if (names.state === 'unknown') return names;
  const isThere = (valueIfKnown(names) ?? []).includes(file);
  return known(isThere, { from: `${folder}/${file}`, value: isThere ? 'there' : 'not there' });
}
