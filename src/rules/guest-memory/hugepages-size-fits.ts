import { editPlaces, type PlaceEdit } from '#change/recipes/edit-places';
import { memoryAtStart, memoryEdits } from '#change/recipes/memory-edits';
import { defineRule } from '#check/define-rule';
import { bad, good, type Part } from '#check/verdict';
import { ifKnown, known, mapKnown, orAbsent } from '#model/known';
import { type Bytes, bytes, printBytes } from '#units/bytes';
import { isInRange } from '#units/version';

const cells = (first: number, second: number, backing: string): string =>
  `<memory unit='KiB'>${first + second}</memory><currentMemory unit='KiB'>${first + second}</currentMemory><vcpu>2</vcpu><cpu mode='host-model'><numa><cell id='0' cpus='0' memory='${first}' unit='KiB'/><cell id='1' cpus='1' memory='${second}' unit='KiB'/></numa></cpu><memoryBacking><hugepages>${backing}</hugepages></memoryBacking>`;

export default defineRule({
  id: 'guest-memory/hugepages-size-fits',
  subject: 'guest',
  guide: ['4.1.1'],
  severity: 'error',
  says: 'The huge pages asked for exist on this host, and the memory is a multiple of them.',
  because:
    'libvirt refuses to start a guest whose page size the host has not; memory that is no multiple is rounded up and wasted, or refused by newer QEMU.',
  sources: [
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, memoryBacking/hugepages/page: unit defaults to KiB, nodeset names guest NUMA nodes',
    },
    { grade: 'documented', at: 'QEMU: backends/hostmem.c: memory size must be a multiple of the page size (QEMU 9.1)' },
    { grade: 'measured', at: 'libvirt 9.0: "Unable to find any usable hugetlbfs mount for 1048576 KiB"' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests with huge pages',
    holds: ({ guest }) => mapKnown(orAbsent(guest.config.memoryBacking), backing => backing?.hugepages !== undefined),
  },
  intents: {},
  params: {},
  costs: ['The guest gets a little more memory.'],
  needs: {
    backing: ({ guest }) => guest.config.memoryBacking,
    memory: ({ guest }) => guest.config.memory,
    current: ({ guest }) => guest.config.currentMemory,
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    numatune: ({ guest }) => orAbsent(guest.config.numatune),
    devices: ({ guest }) => orAbsent(guest.config.memoryDevices),
    pools: ({ host }) => host.memory.hugePages,
    defaultSize: ({ host }) => host.memory.defaultHugePageSize,
    qemu: ({ host }) => ifKnown(host.qemu),
    name: ({ guest }) => known(guest.name),
  },
  check({ backing, memory, current, cpu, numatune, devices = [], pools, defaultSize, qemu, name }) {
    const requests = backing.hugepages?.pages ?? [];
    const sizes = pools.map(pool => pool.pageSize);
    const guestCells = cpu?.cells ?? [];
    const missing = [...new Set(requests.map(request => request.size))].filter(
      size => size > 4096 && !sizes.includes(size),
    );
    if (missing.length > 0) {
      return bad(`it asks for pages of ${missing.map(printBytes).join(', ')}, which this host has not`, {
        wants:
          sizes.length === 0 ? 'no huge pages: this kernel has none' : `pages of ${sizes.map(printBytes).join(' or ')}`,
        so: 'libvirt refuses to start it',
        otherwise: 'Ask for a size that is there; for 1 GiB pages in a nested host let the outer one pass pdpe1gb on.',
      });
    }
    const strayed = requests
      .flatMap(request => (request.nodeset === undefined ? [] : [...request.nodeset]))
      .filter(id => !guestCells.some(cell => cell.id === id) && !(guestCells.length === 0 && id === 0));
    if (strayed.length > 0) {
      return bad(`its huge pages are for guest NUMA cell ${strayed.join(', ')}, which it has not`, {
        wants: 'nodesets of cells that exist',
        otherwise: 'Correct the nodeset of memoryBacking/hugepages/page.',
      });
    }
    const pageOf = (cell: number): Bytes | undefined => {
      if (requests.length === 0) return defaultSize;
      return (
        requests.find(request => request.nodeset?.has(cell)) ?? requests.find(request => request.nodeset === undefined)
      )?.size;
    };
    const plugged = devices.reduce((sum, device) => sum + device.size, 0);
    const pieces =
      guestCells.length > 0
        ? guestCells.map(cell => ({
            key: `cell ${cell.id}`,
            size: cell.memory,
            page: pageOf(cell.id),
            path: `cpu/numa/cell[@id='${cell.id}']/@memory`,
          }))
        : [{ key: 'memory', size: bytes(Math.max(0, memory - plugged)), page: pageOf(0), path: 'memory' }];
    const uneven = pieces.flatMap(piece =>
      piece.page !== undefined && piece.size % piece.page !== 0 ? [{ ...piece, page: piece.page }] : [],
    );
    if (uneven.length === 0) return good;
    const isRefused = (qemu !== undefined && isInRange(qemu, '>=9.1')) || numatune !== undefined;
    const parts: readonly Part[] = uneven.map(({ key, size, page }) => ({
      key,
      saw: `${size / 1024} KiB is no multiple of ${printBytes(page)}`,
    }));
    const up = (size: Bytes, page: Bytes): string => String((Math.ceil(size / page) * page) / 1024);
    const [first] = uneven;
    return bad(
      `${uneven.length === 1 && first !== undefined ? `${first.key} of ${first.size / 1024} KiB is` : `${uneven.length} cells are`} no multiple of the huge page`,
      {
        severity: isRefused ? 'error' : 'warning',
        wants: uneven.map(({ key, size, page }) => `${key} ${up(size, page)} KiB`).join(', '),
        so: isRefused ? 'QEMU refuses to start it' : 'the rest of the last page is wasted',
        parts,
        fix: [
          editPlaces(name, [
            ...uneven
              .filter(({ path }) => path !== 'memory')
              .map(({ path, size, page }): PlaceEdit => [path, String(size / 1024), up(size, page)]),
            // libvirt makes it the sum of the cells
            ...memoryEdits(
              { memory, current },
              memoryAtStart(memory, guestCells, devices) +
                uneven.reduce((sum, { size, page }) => sum + Number(up(size, page)) * 1024 - size, 0),
            ),
          ]),
        ],
      },
    );
  },
  examples: [
    {
      name: 'a cell of 1,500,000 KiB on 2 MiB pages',
      guest: cells(1_500_000, 2_097_152, "<page size='2048' unit='KiB'/>"),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'the same with QEMU 9.1',
      guest: cells(1_500_000, 2_097_152, "<page size='2048'/>"),
      libvirt: { qemuVersion: '9.1.0' },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'bound to a host node',
      guest: `${cells(1_500_000, 2_097_152, '')}<numatune><memory mode='strict' nodeset='0'/></numatune>`,
      expect: 'bad',
      severity: 'error',
    },
    { name: 'rounded up', guest: cells(1_501_184, 2_097_152, "<page size='2048'/>"), expect: 'good' },
    {
      name: '16 MiB pages, which x86 has not',
      guest:
        "<memory unit='GiB'>4</memory><memoryBacking><hugepages><page size='16' unit='MiB'/></hugepages></memoryBacking>",
      expect: 'bad',
      severity: 'error',
    },
    {
      name: '1 GiB pages where the host has none',
      guest:
        "<memory unit='GiB'>4</memory><memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>",
      files: { '/sys/kernel/mm/hugepages/hugepages-1048576kB/': null },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'pages for a cell that is not there',
      guest: cells(2_097_152, 2_097_152, "<page size='2048' nodeset='7'/>"),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: '2 MiB pages',
      guest: "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>",
      expect: 'good',
    },
    { name: 'no huge pages', expect: 'not-applicable' },
    {
      name: 'the pools were not to be read',
      guest: '<memoryBacking><hugepages/></memoryBacking>',
      files: { '/sys/kernel/mm/hugepages': 'denied' },
      expect: 'unknown',
    },
  ],
});
