import { oncePer } from '#model/once-per';
import type { Picture, PictureGuest, PictureNode } from '#model/picture/picture';
import { foldNames } from '#report/picture/fold-names';
import { countWords, cpuWords, isCrowded, roleWords, seatSentence } from '#report/picture/picture-words';
import { printBytes, sumBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

/** What a picture says beside its boxes. */
export interface PictureNote {
  readonly label: string;
  readonly text: string;
  /** Whether it is a fault that a person should see. */
  readonly isTrouble: boolean;
}

const note = (label: string, text: string): PictureNote => ({ label, text, isTrouble: false });
const trouble = (label: string, text: string): PictureNote => ({ label, text, isTrouble: true });

/** Threads of guests in one state that may use the same CPUs. */
interface Range {
  readonly cpus: CpuSet;
  readonly home: PictureNode | undefined;
  readonly guests: PictureGuest[];
  vcpus: number;
}

/** The ranges of a picture, found once: every node asks for its own. */
const rangesOf = oncePer((picture: Picture): readonly Range[] => {
  const ranges = new Map<string, Range>();
  for (const guest of picture.guests)
    for (const { cpus, role, ids, shownAs } of guest.pinned) {
      if (shownAs === 'seat') continue;
      const key = `${guest.state} ${cpus}`;
      let range = ranges.get(key);
      if (range === undefined) {
        const home = picture.nodes.find(each => cpus.minus(each.cpus).isEmpty);
        range = { cpus, home, guests: [], vcpus: 0 };
        ranges.set(key, range);
      }
      if (range.guests.at(-1) !== guest) range.guests.push(guest);
      if (role === 'vcpu') range.vcpus += ids.length;
    }
  return [...ranges.values()];
});

/** Gives the threads that move within many CPUs, one entry for each set of CPUs; those of `node` alone, or those of no single node. */
export const rangeNotes = (picture: Picture, node?: PictureNode): readonly PictureNote[] =>
  rangesOf(picture)
    .filter(({ home }) => home === node)
    .map(({ cpus, guests, vcpus }) => {
      const names = foldNames(guests.map(({ name }) => name));
      const what = vcpus === 0 ? 'emulator or I/O threads' : roleWords('vcpu', vcpus);
      const isOff = guests[0]?.state === 'off';
      return note(isOff ? 'within, off' : 'within', `${cpuWords(cpus)}: ${names} (${what})`);
    });

/** Gives what holds for the machine as a whole: who floats, who is off, what does not fit. */
export function pictureNotes(picture: Picture): readonly PictureNote[] {
  const { guests, offline, isolated, shared } = picture;
  const running = guests.filter(({ state }) => state === 'running');
  const off = guests.filter(({ state }) => state === 'off');
  const notes: PictureNote[] = [];
  if (!offline.isEmpty) notes.push(note('offline', `CPUs ${cpuWords(offline)}`));
  if (!isolated.isEmpty)
    notes.push(note('isolated', `CPUs ${cpuWords(isolated)}: only what is pinned there runs there`));
  notes.push(...(picture.nodes.length === 0 ? [] : rangeNotes(picture)));
  notes.push(...crowded(picture), ...astray(guests));
  const over = picture.lacking === undefined ? ` over ${countWords(shared.size, 'CPU')}` : '';
  notes.push(...floating('floating', running, over), ...floating('floating, off', off, ''));
  const numad = guests.filter(({ isPlacedByNumad }) => isPlacedByNumad);
  if (numad.length > 0) notes.push(note('numad', `chooses the CPUs of ${foldNames(numad.map(({ name }) => name))}`));
  notes.push(...spreadMemory(guests));
  for (const [reason, names] of byReason(guests)) notes.push(note('not told', `${foldNames(names)}: ${reason}`));
  if (picture.guestsLacking !== undefined) notes.push(note('guests', `not looked at: ${picture.guestsLacking}`));
  return notes;
}

/** Guests that float whole, then those of which only helper threads do. */
function floating(label: string, guests: readonly PictureGuest[], over: string): readonly PictureNote[] {
  const some = guests.filter(each => each.floating.vcpus > 0);
  const helpers = guests.filter(each => each.floating.vcpus === 0 && each.floating.hasEmulator);
  const vcpus = some.reduce((sum, each) => sum + each.floating.vcpus, 0);
  return [
    ...(some.length === 0
      ? []
      : [note(label, `${foldNames(some.map(({ name }) => name))} · ${roleWords('vcpu', vcpus)}${over}`)]),
    ...(helpers.length === 0
      ? []
      : [note(label, `the emulator of ${foldNames(helpers.map(({ name }) => name))} (its vCPUs are pinned)`)]),
  ];
}

/** CPUs that several vCPUs of running guests are pinned to, told once for those with the same ones. */
function crowded(picture: Picture): readonly PictureNote[] {
  const groups = new Map<string, number[]>();
  for (const { cores } of picture.nodes)
    for (const { threads } of cores)
      for (const cpu of threads) {
        if (!isCrowded(cpu, picture)) continue;
        const vcpus = cpu.seats.filter(
          ({ role, guest }) => role === 'vcpu' && picture.guests[guest]?.state === 'running',
        );
        const words = seatSentence(vcpus, picture, 6);
        groups.set(words, [...(groups.get(words) ?? []), cpu.cpu]);
      }
  const told = [...groups].slice(0, 8).map(([words, cpus]) => {
    const set = CpuSet.of(cpus);
    return trouble('shared', `CPU ${cpuWords(set)}: ${words}`);
  });
  return groups.size > 8 ? [...told, trouble('shared', `${groups.size - 8} more CPUs have several vCPUs`)] : told;
}

/** Threads pinned to CPUs that are not there. */
function astray(guests: readonly PictureGuest[]): readonly PictureNote[] {
  const found = guests.flatMap(({ name, pinned }) =>
    pinned
      .filter(({ missing }) => !missing.isEmpty)
      .map(({ role, ids, missing }) => {
        const what = role === 'emulator' ? 'emulator' : `${role === 'vcpu' ? 'vCPU' : 'I/O thread'} ${ids.join(', ')}`;
        const are = missing.size === 1 ? 'which is' : 'which are';
        return trouble('missing', `${what} of ${name} is pinned to CPU ${cpuWords(missing)}, ${are} not online`);
      }),
  );
  return found.length > 8 ? [...found.slice(0, 8), trouble('missing', `${found.length - 8} more such pins`)] : found;
}

/** Memory bound to several nodes, and preferred ones; what is bound to one stands there. */
function spreadMemory(guests: readonly PictureGuest[]): readonly PictureNote[] {
  const groups = new Map<
    string,
    { readonly names: string[]; readonly amounts: PictureGuest['memory'][number]['amount'][] }
  >();
  for (const { name, memory } of guests)
    for (const { nodes, mode, amount, pageSize } of memory) {
      const isAtOne = nodes?.size === 1 && (mode === 'strict' || mode === 'restrictive');
      if (nodes === undefined || isAtOne) continue;
      const pages = pageSize === undefined ? '' : ` in ${printBytes(pageSize)} pages`;
      const words = `${mode ?? 'bound'} on node${nodes.size === 1 ? '' : 's'} ${cpuWords(nodes)}${pages}`;
      const group = groups.get(words) ?? { names: [], amounts: [] };
      groups.set(words, group);
      if (group.names.at(-1) !== name) group.names.push(name);
      group.amounts.push(amount);
    }
  return [...groups].map(([words, { names, amounts }]) =>
    note('memory', `${foldNames(names)}: ${printBytes(sumBytes(amounts))} ${words}`),
  );
}

function byReason(guests: readonly PictureGuest[]): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, string[]>();
  for (const { name, lacking } of guests)
    if (lacking !== undefined) reasons.set(lacking, [...(reasons.get(lacking) ?? []), name]);
  return reasons;
}
