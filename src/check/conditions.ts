import type { Guest } from '#model/guest';
import type { Host } from '#model/host';
import type { Known } from '#model/known';
import type { Machine } from '#model/machine';
import { isInRange, type Version } from '#units/version';

/**
 * Conditions of a rule as data, so that documentation can print them and tests can stand on both sides of each border. A version
 * range reads `>=5.8` or `>=4.0 <6.1`. A feature file beats a version number: back-ports are judged by the fact itself.
 */
export interface Conditions {
  readonly hypervisor?: 'kvm' | 'xen';
  /** Of the host. `x86` is x86_64 and i686. */
  readonly architecture?: 'x86';
  readonly kernel?: string;
  readonly qemu?: string;
  readonly libvirt?: string;
  /** `>=2`. */
  readonly numaNodes?: string;
  /** domain/@type of the guest, one of these. */
  readonly guestType?: readonly ('kvm' | 'qemu' | 'xen')[];
  /** os/type/@arch of the guest; where the XML names none, the host's. `x86` is x86_64 and i686. */
  readonly guestArchitecture?: 'x86';
  /** `system`: not for guests and hosts seen through an unprivileged instance (qemu:///session). */
  readonly instance?: 'system';
}

/** What a condition came to. */
export type ConditionResult =
  | { readonly result: 'holds' }
  | { readonly result: 'excluded'; readonly reason: string }
  | { readonly result: 'unknown'; readonly reason: string; readonly remedy?: string | undefined };

const holds: ConditionResult = { result: 'holds' };

/**
 * Takes conditions and a machine; gives what they come to, or, where they are about the guest too (for rules about a guest or a part of
 * one), a function that judges them for one. The first that is excluded decides, then the first unknown. What is about the host is judged
 * once, for thousands of guests.
 */
export function conditionsOn(
  when: Conditions,
  { host }: Machine,
): ConditionResult | ((guest: Guest | undefined) => ConditionResult) {
  const ofHost = firstThatDecides(hostJudges.map(judge => judge(when, host)));
  const { guestType, guestArchitecture } = when;
  if (guestType === undefined && guestArchitecture === undefined) return ofHost;
  // most guests are of one type
  let last: { readonly type: string; readonly result: ConditionResult } | undefined;
  const typeIs = (type: Known<string> | undefined): ConditionResult | undefined => {
    if (guestType === undefined) return undefined;
    if (last !== undefined && type?.state === 'known' && type.value === last.type) return last.result;
    const result = oneOf(guestType, type, 'a guest of type');
    if (type?.state === 'known') last = { type: type.value, result };
    return result;
  };
  return guest => {
    const byType = typeIs(guest?.config.type);
    if (byType?.result === 'excluded') return byType;
    const byArchitecture = guestArchitecture && guestIsX86(host, guest);
    if (byArchitecture?.result === 'excluded' || ofHost.result === 'excluded')
      return byArchitecture?.result === 'excluded' ? byArchitecture : ofHost;
    return byType?.result === 'unknown' ? byType : byArchitecture?.result === 'unknown' ? byArchitecture : ofHost;
  };
}

function firstThatDecides(results: readonly (ConditionResult | undefined)[]): ConditionResult {
  const decides = (word: ConditionResult['result']): ConditionResult | undefined =>
    results.find(result => result?.result === word);
  return decides('excluded') ?? decides('unknown') ?? holds;
}

type HostJudge = (when: Conditions, host: Host) => ConditionResult | undefined;

const hostJudges: readonly HostJudge[] = [
  (when, host) => when.instance && instanceIs(host),
  (when, host) => when.hypervisor && oneOf([when.hypervisor], host.hypervisor, 'a host with hypervisor'),
  (when, host) => when.architecture && isX86(host.architecture, 'host'),
  (when, host) => (when.numaNodes === undefined ? undefined : nodeCount(when.numaNodes, host)),
  (when, host) => (when.kernel === undefined ? undefined : versionIn(when.kernel, host.kernel.version, 'Linux')),
  (when, host) => (when.qemu === undefined ? undefined : versionIn(when.qemu, host.qemu, 'QEMU')),
  (when, host) => (when.libvirt === undefined ? undefined : versionIn(when.libvirt, host.libvirt.version, 'libvirt')),
];

function oneOf(wanted: readonly string[], fact: Known<string> | undefined, what: string): ConditionResult {
  if (fact === undefined || fact.state === 'absent')
    return { result: 'excluded', reason: `only for ${what} ${wanted.join(' or ')}` };
  if (fact.state === 'unknown') return { result: 'unknown', reason: fact.reason, remedy: fact.remedy };
  return wanted.includes(fact.value)
    ? holds
    : { result: 'excluded', reason: `only for ${what} ${wanted.join(' or ')}, this is ${fact.value}` };
}

/** An instance that nobody named is taken for the system's: most lone XML files are. */
function instanceIs(host: Host): ConditionResult {
  const instance = host.libvirt.instance;
  return instance.state === 'known' && instance.value === 'session'
    ? { result: 'excluded', reason: 'not for an unprivileged libvirt (qemu:///session), which cannot set this' }
    : holds;
}

const x86 = new Set(['x86_64', 'i686', 'i386']);

function isX86(architecture: Known<string>, what: string): ConditionResult {
  if (architecture.state !== 'known') {
    return architecture.state === 'unknown'
      ? { result: 'unknown', reason: architecture.reason, remedy: architecture.remedy }
      : { result: 'excluded', reason: `only for an x86 ${what}` };
  }
  return x86.has(architecture.value)
    ? holds
    : { result: 'excluded', reason: `only for an x86 ${what}, this is ${architecture.value}` };
}

function guestIsX86(host: Host, guest: Guest | undefined): ConditionResult {
  const os = guest?.config.os;
  if (os?.state === 'known' && os.value.architecture !== undefined) {
    return x86.has(os.value.architecture)
      ? holds
      : { result: 'excluded', reason: `only for an x86 guest, this is ${os.value.architecture}` };
  }
  return isX86(host.architecture, 'guest');
}

function nodeCount(range: string, host: Host): ConditionResult {
  const { nodes } = host;
  if (nodes.state === 'unknown') return { result: 'unknown', reason: nodes.reason, remedy: nodes.remedy };
  const count = nodes.state === 'known' ? nodes.value.length : 1;
  return isInRange({ numbers: [count, 0, 0], text: String(count) }, range)
    ? holds
    : { result: 'excluded', reason: `only for a host with ${range} NUMA nodes, this has ${count}` };
}

function versionIn(range: string, fact: Known<Version>, what: string): ConditionResult {
  if (fact.state === 'unknown') return { result: 'unknown', reason: fact.reason, remedy: fact.remedy };
  if (fact.state === 'absent') return { result: 'excluded', reason: `only with ${what} ${range}; there is no ${what}` };
  return isInRange(fact.value, range)
    ? holds
    : { result: 'excluded', reason: `only with ${what} ${range}, this is ${fact.value.text}` };
}
