/** Words for the numbers in libvirt's answers. Facts: libvirt's public headers, release 9.0. A number of a later release becomes `unknown-` and the number. */

const domainStates = [
  'no-state',
  'running',
  'blocked',
  'paused',
  'shutting-down',
  'shutoff',
  'crashed',
  'pm-suspended',
] as const;

/** Reasons by state. */
const domainStateReasons: readonly (readonly string[])[] = [
  ['unknown'],
  [
    'unknown',
    'booted',
    'migrated',
    'restored',
    'from-snapshot',
    'unpaused',
    'migration-cancelled',
    'save-cancelled',
    'wakeup',
    'crashed',
    'postcopy',
    'postcopy-failed',
  ],
  ['unknown'],
  [
    'unknown',
    'user',
    'migration',
    'save',
    'dump',
    'io-error',
    'watchdog',
    'from-snapshot',
    'shutting-down',
    'snapshot',
    'crashed',
    'starting-up',
    'postcopy',
    'postcopy-failed',
  ],
  ['unknown', 'user'],
  ['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'daemon'],
  ['unknown', 'panicked'],
  ['unknown'],
];

/** A state of a guest. */
export type DomainStateName = (typeof domainStates)[number] | `unknown-${number}`;

/** virDomainState. */
export const domainStateName = (state: number): DomainStateName => domainStates[state] ?? `unknown-${state}`;

/** The reason that goes with a state (virDomainRunningReason and its like). */
export const domainStateReason = (state: number, reason: number): string =>
  domainStateReasons[state]?.[reason] ?? `unknown-${reason}`;

const vcpuStates = ['offline', 'running', 'blocked'] as const;

/** A state of a virtual processor. */
export type VcpuStateName = (typeof vcpuStates)[number] | `unknown-${number}`;

/** virVcpuState. */
export const vcpuStateName = (state: number): VcpuStateName => vcpuStates[state] ?? `unknown-${state}`;

const jobTypes = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled'] as const;

/** A kind of job on a guest (migration, save, dump). */
export type JobTypeName = (typeof jobTypes)[number] | `unknown-${number}`;

/** virDomainJobType. */
export const jobTypeName = (type: number): JobTypeName => jobTypes[type] ?? `unknown-${type}`;

const poolStates = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const;

/** A state of a storage pool. */
export type PoolStateName = (typeof poolStates)[number] | `unknown-${number}`;

/** virStoragePoolState. */
export const poolStateName = (state: number): PoolStateName => poolStates[state] ?? `unknown-${state}`;

const volumeTypes = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const;

/** A kind of storage volume. */
export type VolumeTypeName = (typeof volumeTypes)[number] | `unknown-${number}`;

/** virStorageVolType. */
export const volumeTypeName = (type: number): VolumeTypeName => volumeTypes[type] ?? `unknown-${type}`;

const memoryStatTags = [
  'swap_in',
  'swap_out',
  'major_fault',
  'minor_fault',
  'unused',
  'available',
  'actual',
  'rss',
  'usable',
  'last_update',
  'disk_caches',
  'hugetlb_pgalloc',
  'hugetlb_pgfail',
] as const;

/** Name of a figure of guest memory, as virsh dommemstat prints it. KiB, but for faults, page counts and `last_update` (seconds since 1970). */
export const memoryStatName = (tag: number): string => memoryStatTags[tag] ?? `unknown-${tag}`;

const lifecycleEvents = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'shutdown',
  'pm-suspended',
  'crashed',
] as const;

const lifecycleDetails: readonly (readonly string[])[] = [
  ['added', 'updated', 'renamed', 'from-snapshot'],
  ['removed', 'renamed'],
  ['booted', 'migrated', 'restored', 'from-snapshot', 'wakeup'],
  [
    'paused',
    'migrated',
    'io-error',
    'watchdog',
    'restored',
    'from-snapshot',
    'api-error',
    'postcopy',
    'postcopy-failed',
  ],
  ['unpaused', 'migrated', 'from-snapshot', 'postcopy', 'postcopy-failed'],
  ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot'],
  ['finished', 'guest', 'host'],
  ['memory', 'disk'],
  ['panicked', 'crashloaded'],
];

/** What happened to a guest. */
export type LifecycleName = (typeof lifecycleEvents)[number] | `unknown-${number}`;

/** virDomainEventType. */
export const lifecycleName = (event: number): LifecycleName => lifecycleEvents[event] ?? `unknown-${event}`;

/** How it came about (virDomainEventStartedDetailType and its like). */
export const lifecycleDetail = (event: number, detail: number): string =>
  lifecycleDetails[event]?.[detail] ?? `unknown-${detail}`;

const objectEvents = ['defined', 'undefined', 'started', 'stopped', 'created', 'deleted'] as const;

/** What happened to a network or a storage pool. */
export type ObjectEventName = (typeof objectEvents)[number] | `unknown-${number}`;

/** virNetworkEventLifecycleType and virStoragePoolEventLifecycleType, which agree as far as the first goes. */
export const objectEventName = (event: number): ObjectEventName => objectEvents[event] ?? `unknown-${event}`;
