import type { DiskImages } from '#collect/guest/disk-images';
import { guestLoad } from '#collect/guest/guest-load';
import { guestProcess, noProcess, pidOfGuest } from '#collect/guest/guest-process';
import { isUp, stateOfNumber } from '#collect/guest/guest-states';
import { guestStats } from '#collect/guest/guest-stats';
import { readDefinition, unreadDefinition } from '#collect/guest/read-definition';
import type { insideOf } from '#collect/inside/guest-inside';
import type { Answer, DomainAnswer, LibvirtAnswers } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import type { ParsedDomain } from '#formats/domain-xml/parse-domain';
import type { SeenElements } from '#formats/xml/seen-elements';
import type { DomainConfig } from '#model/domain-config';
import type { Guest, GuestProcess, GuestState } from '#model/guest';
import { absent, type Evidence, type Known, known, unknown } from '#model/known';
import { oncePer } from '#model/once-per';

/** What all guests of a connection have in common. */
export interface Surroundings {
  readonly sources: Sources;
  readonly answers: LibvirtAnswers;
  readonly images: DiskImages;
  /** What was read of their definitions. */
  readonly seen: SeenElements;
  readonly inside: ReturnType<typeof insideOf>;
  readonly managedBy: (name: string, said: Known<string>) => Known<string>;
  /** The same guests in the second sample, by UUID. */
  readonly later: ReadonlyMap<string, DomainAnswer>;
}

/** Gives a guest of what libvirt answered about it. */
export function guestOfAnswer(domain: DomainAnswer, around: Surroundings): Guest {
  const { name, uuid } = domain;
  const { sources, images } = around;
  const state = stateOf(domain);
  const isRunning = state.state === 'known' && isUp(state.value);
  const stored = definitionOf(domain, around.seen);
  const config = images.into(stored.config, domain.stats, isRunning);
  const pid = pidOf(name, state, around);
  return {
    name,
    uuid: known(uuid, { from: 'virConnectListAllDomains', value: `${name} ${uuid}` }),
    state,
    autostart: factOf(domain.autostart, `virDomainGetAutostart ${name}`),
    isPersistent: factOf(domain.persistent, `virDomainIsPersistent ${name}`),
    hasManagedSave: factOf(domain.managedSave, `virDomainHasManagedSaveImage ${name}`),
    config,
    live: liveConfig(domain, state, around),
    stats: whenUp(state, () => guestStats(domain.stats)),
    load: whenUp(state, () => guestLoad(sources, { first: domain.stats, second: around.later.get(uuid)?.stats, pid })),
    process: processOf(sources, pid),
    managedBy: around.managedBy(name, stored.managedBy),
    osId: stored.osId,
    declaredIntents: stored.declaredIntents,
    inside: around.inside({ name, uuid }),
  };
}

/** Gives the stored definition of a domain, parsed once: by who asks first, which is who fetches it and waits for the next one. */
export const definitionOf = oncePer(({ name, xml }: DomainAnswer, seen: SeenElements) =>
  definition(xml, `virDomainGetXMLDesc(INACTIVE) ${name}`, seen),
);

function definition(xml: Answer<string>, source: string, seen: SeenElements): ParsedDomain {
  return 'value' in xml
    ? readDefinition(xml.value, { source, isFile: false }, seen)
    : unreadDefinition(source, unknown(xml.error, xml.remedy));
}

function stateOf({ name, state }: DomainAnswer): Known<GuestState> {
  if (!('value' in state)) return unknown(state.error, state.remedy);
  const word = stateOfNumber(state.value);
  return word === undefined
    ? unknown(`libvirt says state ${state.value}, which is none that is known here`)
    : known(word, { from: `virDomainGetState ${name}`, value: `${state.value}: ${word}` });
}

function liveConfig(
  domain: DomainAnswer,
  state: Known<GuestState>,
  { images, seen }: Surroundings,
): Known<DomainConfig> {
  return whenUp(state, () => {
    const from = `virDomainGetXMLDesc ${domain.name}`;
    if (domain.liveXml === undefined) return unknown(`libvirt was not asked for the live XML of ${domain.name}`);
    const { config } = definition(domain.liveXml, from, seen);
    return known(images.into(config, domain.stats, true), { from, value: `the live definition of ${domain.name}` });
  });
}

/** Gives a fact that only a guest that is up has: absent for one that is off, unknown where that is not known. */
export function whenUp<T>(state: Known<GuestState>, read: () => Known<T>): Known<T> {
  if (state.state !== 'known') return state;
  return isUp(state.value) ? read() : absent(...state.evidence);
}

function pidOf(name: string, state: Known<GuestState>, { sources, answers }: Surroundings): Known<number> {
  return whenUp(state, () =>
    answers.uri.startsWith('qemu')
      ? pidOfGuest(sources, name, answers.uri.includes('/session') ? 'session' : 'system')
      : absent({ from: answers.uri, value: 'its guests are no processes of QEMU under libvirt' }),
  );
}

const processOf = (sources: Sources, pid: Known<number>): GuestProcess =>
  pid.state === 'absent' ? noProcess(pid) : guestProcess(sources, pid);

/** Gives what libvirt answered as a fact, with the call as evidence. */
export function factOf<T>(answer: Answer<T>, call: string): Known<T> {
  const evidence = (value: T): Evidence => ({ from: call, value: String(value) });
  return 'value' in answer ? known(answer.value, evidence(answer.value)) : unknown(answer.error, answer.remedy);
}
