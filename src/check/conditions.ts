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

/** Judges conditions on a machine and, for rules about a guest or a part of one, on that guest. The first that is excluded decides, then the first unknown. */
export function judgeConditions(when: Conditions, machine: Machine, guest: Guest | undefined): ConditionResult {
  const { host } = machine;
  let unknown: ConditionResult | undefined;
  // in the order of cost: thousands of guests are excluded by their type alone
  for (const judge of judges) {
    const result = judge(when, host, guest);
    if (result === undefined || result.result === 'holds') continue;
    if (result.result === 'excluded') return result;
    unknown ??= result;
  }
  return unknown ?? holds;
}

type Judge = (when: Conditions, host: Host, guest: Guest | undefined) => ConditionResult | undefined;

const judges: readonly Judge[] = [
  (when, host) => when.instance && instanceIs(host),
  (when, _, guest) => when.guestType && oneOf(when.guestType, guest?.config.type, 'a guest of type'),
  (when, host, guest) => when.guestArchitecture && guestIsX86(host, guest),
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
