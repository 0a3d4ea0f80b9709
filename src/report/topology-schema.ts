import * as v from 'valibot';

/**
 * The document that `nearmetal topology --format json` prints, version 1. Sizes are in bytes, sets of CPUs and nodes lists as the kernel
 * writes them (`0-3,8`); what is not told is missing. Fields are added, never renamed or removed, within a version.
 */
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ids = v.pipe(v.string(), v.regex(/^(?:\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)?$/), v.description('A list: 0-3,8'));
const role = v.picklist(['vcpu', 'emulator', 'iothread']);

const seat = v.object({
  guest: v.pipe(count, v.description('Place in `guests`')),
  role,
  id: v.optional(v.pipe(count, v.description('Number of the vCPU or I/O thread'))),
});

const core = v.object({
  id: v.optional(v.pipe(count, v.description('core_id: unique only within a package and die'))),
  package: v.optional(count),
  threads: v.array(v.object({ cpu: count, isIsolated: v.boolean(), seats: v.array(seat) })),
});

const node = v.object({
  id: v.optional(v.pipe(count, v.description('Missing on a machine without NUMA, and for CPUs that no node lists'))),
  cpus: ids,
  packages: v.array(count),
  cores: v.array(core),
  memory: v.object({
    total: v.optional(count),
    free: v.optional(count),
    pools: v.array(v.object({ pageSize: count, total: count, free: count })),
    bound: v.pipe(
      v.array(v.object({ guest: count, amount: count, pageSize: v.optional(count) })),
      v.description('Memory of guests that only this node may give'),
    ),
  }),
  distances: v.array(count),
});

const guest = v.object({
  name: v.string(),
  state: v.picklist(['running', 'off']),
  vcpus: v.optional(count),
  lacking: v.optional(v.string()),
  pinned: v.array(
    v.object({
      role,
      ids: v.array(count),
      cpus: ids,
      missing: v.pipe(ids, v.description('Those of the CPUs that are not online')),
      shownAs: v.picklist(['seat', 'range']),
    }),
  ),
  floating: v.object({ vcpus: count, iothreads: count, hasEmulator: v.boolean() }),
  isPlacedByNumad: v.boolean(),
  memory: v.array(
    v.object({
      amount: count,
      pageSize: v.optional(count),
      mode: v.optional(v.string()),
      nodes: v.optional(ids),
    }),
  ),
});

/** The whole document. */
export const topologyDocument = v.object({
  schema: v.literal('nearmetal.topology/1'),
  tool: v.object({ name: v.literal('nearmetal'), version: v.string() }),
  picture: v.object({
    source: v.string(),
    name: v.optional(v.string()),
    cpuModel: v.optional(v.string()),
    lacking: v.optional(v.pipe(v.string(), v.description('Why there are no CPUs to draw'))),
    hasNuma: v.boolean(),
    nesting: v.picklist(['same', 'nodes-in-packages', 'packages-in-nodes']),
    packages: v.array(v.object({ id: count, cpus: ids, nodes: v.array(count) })),
    nodes: v.array(node),
    counts: v.object({
      packages: count,
      nodes: count,
      cores: count,
      cpus: count,
      guests: count,
      running: count,
    }),
    offline: ids,
    isolated: ids,
    shared: v.pipe(ids, v.description('CPUs that threads without a pin may run on')),
    memory: v.optional(count),
    guests: v.array(guest),
    guestsLacking: v.optional(v.string()),
  }),
  problems: v.array(v.object({ message: v.string(), doThis: v.optional(v.string()) })),
});
