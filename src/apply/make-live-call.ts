import { setTimeout as sleep } from 'node:timers/promises';
import { GuestError } from '#apply/guest-error';
import { findGuest } from '#apply/read-guest';
import { type LiveCall, unlimitedKib } from '#change/live-call';
import { errorCodes } from '#formats/libvirt-rpc/error-codes';
import type { Domain } from '#formats/libvirt-rpc/objects';
import type { TypedParameter } from '#formats/libvirt-rpc/typed-parameter';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { select, selectFirst } from '#formats/xml/xml-path';
import { attribute, child, childText } from '#formats/xml/xml-tree';
import type { Connection } from '#libvirt/connection';
import { LibvirtError } from '#libvirt/libvirt-error';
import { CpuSet } from '#units/cpu-set';

/** How long a guest is waited for, and when to stop. */
export interface LiveCallOptions {
  /** Ends the waiting, never the call. */
  readonly signal?: AbortSignal | undefined;
  /** For the balloon, a vCPU or a device that the guest must give up; 30 s unless told otherwise. */
  readonly patienceMs?: number | undefined;
}

/**
 * Changes the running half of a guest by one call of libvirt, and waits until its XML says so: a guest follows its balloon and gives up
 * devices in its own time. Rejects with GuestError: `not-running`, `unsafe` (before anything is done), `not-held`; else as libvirt does.
 */
export async function makeLiveCall(
  connection: Connection,
  guest: string,
  call: LiveCall,
  { signal, patienceMs = 30_000 }: LiveCallOptions = {},
): Promise<void> {
  const domain = await findGuest(connection, guest);
  if (!(await connection.isActive(domain)))
    throw new GuestError('not-running', `${guest} does not run.`, 'Start it, or change its definition alone.');
  await refuseHarm(connection, domain, call);
  const before = await liveRoot(connection, domain);
  try {
    await make(connection, domain, call);
  } catch (error) {
    // libvirt waits a few seconds for the guest; what it asked for stands
    if (!(error instanceof LibvirtError) || error.code !== errorCodes.operationTimeout) throw error;
  }
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const now = await liveRoot(connection, domain);
    if (isDone(call, before, now)) return;
    if (waitedMs >= patienceMs || signal?.aborted === true) break;
    await sleep(pauseMs);
  }
  const mayCome = await takeBack(connection, domain, call, before);
  throw new GuestError(
    'not-held',
    `${guest}: libvirt took ${call.call}, and the guest has not followed in ${Math.round(patienceMs / 1000)} s.`,
    `The guest’s own system must agree: look at its kernel log.${mayCome ? ' It may still come.' : ''}`,
  );
}

/** How long between two looks. */
const pauseMs = 250;

/** Takes back what a guest would follow later, once nobody waits for it any more. Gives whether it may still come. */
async function takeBack(connection: Connection, domain: Domain, call: LiveCall, before: XmlElement): Promise<boolean> {
  if (call.call !== 'set-memory') return true;
  const kib = childText(before, 'currentMemory');
  if (kib === undefined) return true;
  await connection.setMemory(domain, BigInt(kib), live);
  return false;
}

const liveRoot = async (connection: Connection, domain: Domain): Promise<XmlElement> =>
  parseXml(await connection.domainXml(domain), { file: domain.name }).root;

/** A limit below what a guest uses would have the kernel kill it. */
async function refuseHarm(connection: Connection, domain: Domain, call: LiveCall): Promise<void> {
  if (call.call !== 'set-memory-limits') return;
  const limits = Object.values(call.limits).filter(kib => kib !== undefined && kib !== unlimitedKib);
  if (limits.length === 0) return;
  const rss = (await connection.domainMemoryStats(domain)).get('rss') ?? 0n;
  const least = rss + rss / 8n;
  if (limits.every(kib => kib !== undefined && BigInt(kib) > least)) return;
  throw new GuestError(
    'unsafe',
    `${domain.name} uses ${rss} KiB of the host’s memory: with a limit of ${Math.min(...limits.map(Number))} KiB the kernel could kill it.`,
    'Change its definition alone, and switch it off and on.',
  );
}

const live = { of: 'live' } as const;

/** Makes the call. */
async function make(connection: Connection, domain: Domain, call: LiveCall): Promise<unknown> {
  switch (call.call) {
    case 'pin-vcpu':
      return connection.pinVcpu(domain, call.vcpu, setOf(call.cpus), live);
    case 'pin-emulator':
      return connection.pinEmulator(domain, setOf(call.cpus), live);
    case 'pin-iothread':
      return connection.pinIothread(domain, call.iothread, setOf(call.cpus), live);
    case 'add-iothread':
      return connection.addIothread(domain, call.iothread, live);
    case 'remove-iothread':
      return connection.removeIothread(domain, call.iothread, live);
    case 'set-balloon-period':
      return connection.setMemoryStatsPeriod(domain, call.seconds, live);
    case 'set-memory':
      return connection.setMemory(domain, BigInt(call.kib), live);
    case 'set-vcpus':
      return connection.setVcpus(domain, call.count, live);
    case 'set-numa-nodes':
      return connection.setNumaParameters(
        domain,
        [{ name: 'numa_nodeset', type: 'string', value: setOf(call.nodes).toString() }],
        live,
      );
    case 'set-memory-limits':
      return connection.setMemoryLimits(domain, longs(call.limits), live);
    case 'set-scheduler':
      return connection.setSchedulerParameters(domain, schedulerParameters(call.values), live);
    case 'set-iotune':
      return connection.setBlockIoTune(domain, call.disk, longs(call.values), live);
    case 'attach-device':
      return connection.attachDevice(domain, call.xml, live);
    case 'detach-device':
      return connection.detachDevice(domain, call.xml, live);
    case 'update-device':
      return connection.updateDevice(domain, call.xml, live);
  }
}

function setOf(cpus: string): CpuSet {
  const set = CpuSet.parse(cpus);
  if (set === undefined || set.isEmpty) throw new TypeError(`“${cpus}” is no set of CPUs`);
  return set;
}

const longs = (values: Readonly<Record<string, number | undefined>>): readonly TypedParameter[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, type: 'ullong', value: BigInt(value) } as const],
  );

/** Quotas may be negative (none). */
const schedulerParameters = (values: Readonly<Record<string, number | undefined>>): readonly TypedParameter[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [{ name, type: name.endsWith('quota') ? 'llong' : 'ullong', value: BigInt(value) } as const];
  });

/** Whether the XML says what was asked for. What libvirt does at once and always needs no second look. */
function isDone(call: LiveCall, before: XmlElement, now: XmlElement): boolean {
  switch (call.call) {
    case 'set-memory':
      return Number(childText(now, 'currentMemory')) === call.kib;
    case 'set-vcpus': {
      const vcpu = selectFirst(now, 'vcpu');
      return Number((vcpu && attribute(vcpu, 'current')) ?? childText(now, 'vcpu')) === call.count;
    }
    case 'attach-device':
      return devicesLike(now, call.xml) > devicesLike(before, call.xml);
    case 'detach-device':
      return devicesLike(now, call.xml) < devicesLike(before, call.xml);
    default:
      return true;
  }
}

/** How many devices of that element there are. */
function devicesLike(domain: XmlElement, xml: string): number {
  const { root } = parseXml(xml, { file: 'device' });
  const devices = child(domain, 'devices');
  return devices === undefined ? 0 : select(devices, root.name).length;
}
