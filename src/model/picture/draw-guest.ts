import { isRunning } from '#model/derived/committed-guests';
import { hugePageNeeds } from '#model/derived/huge-page-need';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import type { DomainConfig } from '#model/domain-config';
import type { Guest } from '#model/guest';
import { valueIfKnown } from '#model/known';
import type { Memory } from '#model/memory';
import type { GuestMemory, PictureGuest, PinnedThreads, ThreadRole } from '#model/picture/picture';
import { bytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';

/** A thread that may choose among more CPUs than this has no seat; the threads of one core hardly ever exceed it. */
const mostSeats = 4;
/** More threads than any guest has are not listed one by one. */
const mostThreads = 8192;

/**
 * Gives a guest as it stands in the picture: a running one by its live definition, one that is off by the stored one, where it would sit.
 * `online` are the host's CPUs, undefined where they are not known.
 */
export function drawGuest(guest: Guest, memory: Memory, online: CpuSet | undefined): PictureGuest {
  const runs = valueIfKnown(isRunning(guest)) === true;
  const config = (runs ? valueIfKnown(guest.live) : undefined) ?? guest.config;
  const placement = vcpuPlacement(config);
  const nothing = { vcpus: 0, iothreads: 0, hasEmulator: false };
  const base = { name: guest.name, state: runs ? 'running' : 'off' } as const;
  if (placement.state !== 'known') {
    const lacking = placement.state === 'unknown' ? placement.reason : 'its definition names no vCPUs';
    return {
      ...base,
      vcpus: undefined,
      lacking,
      pinned: [],
      floating: nothing,
      isPlacedByNumad: false,
      memory: memoryOf(config, memory),
    };
  }
  const { plugged, pins, rest } = placement.value;
  const tuning = valueIfKnown(config.cputune);
  const isPlacedByNumad = valueIfKnown(config.vcpus)?.placement === 'auto';
  const iothreads = valueIfKnown(config.iothreads) ?? 0;
  const threads: { role: ThreadRole; id: number | undefined; cpus: CpuSet | undefined }[] = [];
  for (let id = 0; id < Math.min(plugged, mostThreads); id++)
    threads.push({ role: 'vcpu', id, cpus: pins.get(id) ?? rest });
  // libvirt: without an emulatorpin or iothreadpin these threads have the CPUs of vcpu/@cpuset
  threads.push({ role: 'emulator', id: undefined, cpus: tuning?.emulatorPin ?? rest });
  const ioPins = tuning?.iothreadPins ?? [];
  const ioPin = new Map(ioPins.map(({ iothread, cpuset }) => [iothread, cpuset]));
  for (const [id, cpus] of ioPin) threads.push({ role: 'iothread', id, cpus });
  const ioRest = Math.min(mostThreads, Math.max(0, iothreads - ioPin.size));
  // ids of I/O threads are free to choose; those without a pin have the lowest ids that are left
  for (let id = 1, left = ioRest; left > 0; id++)
    if (!ioPin.has(id)) {
      threads.push({ role: 'iothread', id, cpus: rest });
      left--;
    }
  const free = threads.filter(({ cpus }) => cpus === undefined);
  return {
    ...base,
    vcpus: plugged,
    lacking: undefined,
    pinned: grouped(threads, online),
    floating: isPlacedByNumad
      ? nothing
      : {
          vcpus:
            free.filter(({ role }) => role === 'vcpu').length +
            (rest === undefined ? Math.max(0, plugged - mostThreads) : 0),
          iothreads: free.filter(({ role }) => role === 'iothread').length,
          hasEmulator: free.some(({ role }) => role === 'emulator'),
        },
    isPlacedByNumad,
    memory: memoryOf(config, memory),
  };
}

function grouped(
  threads: readonly { readonly role: ThreadRole; readonly id: number | undefined; readonly cpus: CpuSet | undefined }[],
  online: CpuSet | undefined,
): readonly PinnedThreads[] {
  const groups = new Map<string, { readonly role: ThreadRole; readonly ids: number[]; readonly cpus: CpuSet }>();
  for (const { role, id, cpus } of threads) {
    if (cpus === undefined) continue;
    const key = `${role} ${cpus}`;
    const group = groups.get(key) ?? { role, ids: [], cpus };
    groups.set(key, group);
    if (id !== undefined) group.ids.push(id);
  }
  return [...groups.values()].map(group => ({
    ...group,
    missing: CpuSet.of(online === undefined ? [] : [...group.cpus].filter(cpu => !online.has(cpu))),
    shownAs: group.cpus.size > mostSeats ? 'range' : 'seat',
  }));
}

/** A guest's memory cell by cell, or as a whole. */
function memoryOf(config: DomainConfig, host: Memory): readonly GuestMemory[] {
  const huge = valueIfKnown(hugePageNeeds(config, host)) ?? [];
  const tuning = valueIfKnown(config.numatune);
  if (huge.length > 0)
    return huge.map(({ pages, nodes }) => ({
      amount: bytes(pages.count * pages.size),
      pageSize: pages.size,
      mode: nodes === undefined ? undefined : 'strict',
      nodes,
    }));
  const cells = valueIfKnown(config.cpu)?.cells ?? [];
  const whole = valueIfKnown(config.memory);
  const parts = cells.length > 0 ? cells : whole === undefined ? [] : [{ id: undefined, memory: whole }];
  return parts.map(({ id, memory: amount }) => {
    const { mode, nodeset } = tuning?.cells.find(({ cell }) => cell === id) ?? tuning?.memory ?? {};
    return { amount, pageSize: undefined, mode, nodes: nodeset };
  });
}
