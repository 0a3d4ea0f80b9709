/**
 * nearmetal/libvirt: a client of libvirt's daemons in TypeScript, without native code and without virsh. It speaks libvirt's RPC protocol,
 * which libvirt keeps stable and lets others implement, over the unix sockets of libvirtd and of the modular daemons (virtqemud,
 * virtxend …), read-only and read-write, with any number of calls under way at once.
 *
 * ```ts
 * import { connect } from 'nearmetal/libvirt';
 *
 * const connection = await connect({ uri: 'qemu:///system', readOnly: true });
 * const guests = await connection.domains();
 * const xmls = await Promise.all(guests.map(guest => connection.domainXml(guest, { inactive: true })));
 * await connection.close();
 * ```
 *
 * What goes wrong is thrown as an instance of one of the error classes; each has a `code`, and says in `doThis` what a person can do.
 * 64-bit numbers are bigints. Every call takes `timeoutMs` and `signal`.
 */

export type { AgentQuestion } from '#formats/guest-agent/agent-question';
// how numbers are written, to describe procedures by hand
export * as xdr from '#formats/libvirt-rpc/codec';
// numbers and their names
export { errorCodes, errorDomainName, errorName } from '#formats/libvirt-rpc/error-codes';
export {
  affectFlags,
  domainDefineFlags,
  domainDestroyFlags,
  domainListFlags,
  domainMessageFlags,
  domainShutdownFlags,
  domainStartFlags,
  domainStatsFlags,
  domainStatsGroups,
  domainUndefineFlags,
  domainXmlFlags,
  interfaceListFlags,
  networkListFlags,
  nodeDeviceListFlags,
  storagePoolListFlags,
} from '#formats/libvirt-rpc/flags';
export type {
  DomainStateName,
  JobTypeName,
  LifecycleName,
  ObjectEventName,
  PoolStateName,
  VcpuStateName,
  VolumeTypeName,
} from '#formats/libvirt-rpc/names';
// what calls are about
export type {
  Domain,
  DomainMoment,
  HostInterface,
  Network,
  NodeDevice,
  StoragePool,
  StorageVolume,
} from '#formats/libvirt-rpc/objects';
export {
  type ArgumentsOf,
  type Procedure,
  procedure,
  qemuProgram,
  type ResultOf,
  type Rights,
  remoteProgram,
} from '#formats/libvirt-rpc/procedure';
export { procedures } from '#formats/libvirt-rpc/procedures';
export {
  byName,
  type TypedParameter,
  type TypedValue,
  typedParameter,
  typedParameters,
} from '#formats/libvirt-rpc/typed-parameter';
export { XdrError, type XdrProblem } from '#formats/libvirt-rpc/xdr-error';
// errors
export type { AgentOptions } from '#libvirt/agent-calls';
export { AuthError, type AuthProblem } from '#libvirt/auth-error';
export { CallRefused } from '#libvirt/call-refused';
export { CallTimeout } from '#libvirt/call-timeout';
// connections
export { type ConnectOptions, connect } from '#libvirt/connect';
export { type Connection, type ConnectionOptions, openConnection } from '#libvirt/connection';
export { ConnectionError, type ConnectionProblem, type TriedSocket } from '#libvirt/connection-error';
export { type ConnectionUri, parseConnectionUri } from '#libvirt/connection-uri';
export type { BlockJob, DomainXmlOptions, JobInfo } from '#libvirt/domain-calls';
export type { DefineOptions } from '#libvirt/domain-change-calls';
export type { DomainStats, DomainStatsOptions, VcpuPlace } from '#libvirt/domain-resource-calls';
export type { Subscription, WatchOptions } from '#libvirt/event-calls';
export type { DomainEvents, NetworkEvent, StoragePoolEvent } from '#libvirt/event-kinds';
export type { DomainCapabilitiesOptions, ListOptions, NodeInfo } from '#libvirt/host-calls';
export type { Keepalive } from '#libvirt/keepalive-watch';
export { LibvirtError } from '#libvirt/libvirt-error';
export { openUnixSocket } from '#libvirt/open-unix-socket';
export { ProtocolError, type ProtocolProblem } from '#libvirt/protocol-error';
export type { LocalOptions } from '#libvirt/read-local-settings';
export { type DaemonMode, type ResolvedUri, resolveUri, type UriSources } from '#libvirt/resolve-uri';
export type { CallOptions } from '#libvirt/rpc-channel';
export { type SocketCandidate, type SocketPlaces, socketCandidates } from '#libvirt/socket-candidates';
export type { PoolInfo, VolumeInfo } from '#libvirt/storage-calls';
export { UriError, type UriProblem } from '#libvirt/uri-error';
export type { WhichOptions } from '#libvirt/which-options';
// sets of CPUs
export { CpuSet } from '#units/cpu-set';
