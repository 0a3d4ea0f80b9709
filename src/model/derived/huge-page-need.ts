import type { DomainConfig } from '#model/domain-config';
import type { MemoryDevice } from '#model/domain-devices';
import type { HugePageRequest, NumaTuning } from '#model/domain-resources';
import { allKnown, chainKnown, type Known, known, orAbsent } from '#model/known';
import type { Memory } from '#model/memory';
import { oncePerPair } from '#model/once-per';
import { type Bytes, lessBytes, sumBytes } from '#units/bytes';
import { CpuSet } from '#units/cpu-set';
import { type Pages, pagesFor } from '#units/pages';

/** Huge pages that one part of a guest's memory is made of: one guest cell, one memory device, or all of a guest without cells. */
export interface HugePageNeed {
  readonly pages: Pages;
  /** Host nodes that alone may give them (numatune strict or restrictive, nodemask of a device); undefined: any node. */
  readonly nodes: CpuSet | undefined;
  /** Whether libvirt takes them from a mounted hugetlbfs; memfd needs no mount. */
  readonly needsMount: boolean;
}

/**
 * Gives the huge pages that a guest started from a definition takes. libvirt: qemu_command.c, choice of the page of a memory
 * backend, and formatdomain, “Memory Backing”. Empty for a guest on normal pages and for Xen.
 */
export const hugePageNeeds = (config: DomainConfig, memory: Memory): Known<readonly HugePageNeed[]> =>
  needsOn(memory, config);

// the host first: there is one, of many guests
const needsOn = oncePerPair(
  (memory: Memory, config: DomainConfig): Known<readonly HugePageNeed[]> =>
    chainKnown(
      allKnown({
        type: orAbsent(config.type),
        memory: config.memory,
        backing: orAbsent(config.memoryBacking),
        devices: orAbsent(config.memoryDevices),
      }),
      ({ type, memory: size, backing, devices = [] }) => {
        const requests = backing?.hugepages?.pages;
        const isAsked = requests !== undefined || devices.some(device => device.pageSize !== undefined);
        if (type === 'xen' || !isAsked) return known([]);
        return chainKnown(
          allKnown({
            cpu: orAbsent(config.cpu),
            numatune: orAbsent(config.numatune),
            basePage: memory.pageSize,
            defaultPage: needsDefault(requests) ? memory.defaultHugePageSize : memory.pageSize,
          }),
          ({ cpu, numatune, basePage, defaultPage }) => {
            const cells = cpu?.cells ?? [];
            const pageOf = (cell: number | undefined): Bytes | undefined =>
              pageFor(requests, cell, defaultPage, basePage);
            const needsMount = backing?.source !== 'memfd';
            const deviceTotal = sumBytes(devices.map(device => device.size));
            const parts = [
              ...(cells.length > 0 ? cells : [{ id: undefined, memory: lessBytes(size, deviceTotal) }]).map(cell => ({
                amount: cell.memory,
                page: pageOf(cell.id),
                nodes: boundNodes(numatune, cell.id),
              })),
              ...devices.filter(takesPages).map(device => ({
                amount: device.requested ?? device.size,
                page: device.pageSize === undefined ? pageOf(device.node) : unlessBase(device.pageSize, basePage),
                nodes: boundNodes(numatune, device.node, nodemaskOf(device)),
              })),
            ];
            return known(
              parts.flatMap(({ amount, page, nodes }) =>
                page === undefined || amount === 0 ? [] : [{ pages: pagesFor(amount, page), nodes, needsMount }],
              ),
            );
          },
        );
      },
    ),
);

/** The bare element asks for the default size: it is read as one entry without size and nodeset. */
const needsDefault = (requests: readonly HugePageRequest[] | undefined): boolean => requests?.length === 0;

/** An entry whose nodeset names the cell wins, else the entry without a nodeset; a cell that none covers gets normal pages. */
function pageFor(
  requests: readonly HugePageRequest[] | undefined,
  cell: number | undefined,
  defaultPage: Bytes,
  basePage: Bytes,
): Bytes | undefined {
  if (requests === undefined) return undefined;
  if (requests.length === 0) return unlessBase(defaultPage, basePage);
  const own = cell === undefined ? undefined : requests.find(({ nodeset }) => nodeset?.has(cell));
  // without cells libvirt takes a nodeset of only 0 for none
  const rest = requests.find(({ nodeset }) => nodeset === undefined || (cell === undefined && isOnlyZero(nodeset)));
  const size = (own ?? rest)?.size;
  return size === undefined ? undefined : unlessBase(size, basePage);
}

const isOnlyZero = (nodeset: CpuSet): boolean => nodeset.size === 1 && nodeset.has(0);

/** “Huge” pages of the base size are normal pages. */
const unlessBase = (page: Bytes, basePage: Bytes): Bytes | undefined => (page === basePage ? undefined : page);

/** nvdimm and virtio-pmem lie on a file, SGX memory comes from the CPU. */
const takesPages = ({ model }: MemoryDevice): boolean => model === 'dimm' || model === 'virtio-mem';

const nodemaskOf = ({ nodemask }: MemoryDevice): CpuSet | undefined =>
  nodemask === undefined ? undefined : CpuSet.parse(nodemask);

/** strict (QEMU binds) and restrictive (the cgroup binds) leave no other node; preferred and interleave do. */
const binds = (mode: string): boolean => mode === 'strict' || mode === 'restrictive';

/** A device's own nodemask takes the mode of its cell, strict where none is said. */
function boundNodes(numatune: NumaTuning | undefined, cell: number | undefined, nodemask?: CpuSet): CpuSet | undefined {
  const tuning = numatune?.cells.find(entry => entry.cell === cell) ?? numatune?.memory;
  return binds(tuning?.mode ?? 'strict') ? (nodemask ?? tuning?.nodeset) : undefined;
}
