import { domainXmlFlags } from '#formats/libvirt-rpc/flags';
import {
  type DomainStateName,
  domainStateName,
  domainStateReason,
  type JobTypeName,
  jobTypeName,
} from '#formats/libvirt-rpc/names';
import type { Domain, DomainMoment } from '#formats/libvirt-rpc/objects';
import { procedures } from '#formats/libvirt-rpc/procedures';
import type { ListOptions } from '#libvirt/host-calls';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';
import { affects, type WhichOptions } from '#libvirt/which-options';

/** How a guest's XML is to be given. */
export interface DomainXmlOptions extends CallOptions {
  /** The stored configuration that the next start uses, rather than that of the running guest. */
  readonly inactive?: boolean | undefined;
  /** With passwords and keys. Needs a read-write connection. */
  readonly secure?: boolean | undefined;
  /** In the form that older releases and other hosts understand. Needs a read-write connection. */
  readonly migratable?: boolean | undefined;
  /** With the features of the host's CPU written out. */
  readonly updateCpu?: boolean | undefined;
}

/** A job on a guest, in milliseconds and bytes. */
export interface JobInfo {
  readonly type: JobTypeName;
  readonly timeElapsedMs: bigint;
  readonly timeRemainingMs: bigint;
  readonly dataTotal: bigint;
  readonly dataProcessed: bigint;
  readonly dataRemaining: bigint;
  readonly memoryTotal: bigint;
  readonly memoryProcessed: bigint;
  readonly memoryRemaining: bigint;
  readonly fileTotal: bigint;
  readonly fileProcessed: bigint;
  readonly fileRemaining: bigint;
}

/** A job on a disk. */
export interface BlockJob {
  /** virDomainBlockJobType: 1 pull, 2 copy, 3 commit, 4 active commit, 5 backup. */
  readonly type: number;
  /** Bytes a second that it may use at most; 0 for no limit. */
  readonly bandwidth: bigint;
  /** How far it is, and how far it has to go, in units of its own. */
  readonly current: bigint;
  readonly end: bigint;
}

/** Kinds of metadata (virDomainMetadataType). */
export const metadataKinds = { description: 0, title: 1, element: 2 } as const;

/** The calls that ask about guests. */
export type DomainCalls = ReturnType<typeof domainCalls>;

/** Makes the calls that ask about guests. All of them change nothing. */
export function domainCalls(channel: RpcChannel) {
  return {
    /** The guests; `domainListFlags` narrow the list. */
    domains: async ({ flags = 0, ...options }: ListOptions = {}): Promise<readonly Domain[]> =>
      (await channel.call(procedures.connectListAllDomains, { wantsResults: true, flags }, options)).domains,

    /** The guest of a name. Rejects with VIR_ERR_NO_DOMAIN where there is none; so do the other two. */
    domainByName: async (name: string, options: CallOptions = {}): Promise<Domain> =>
      (await channel.call(procedures.domainLookupByName, { name }, options)).domain,

    /** The guest of a UUID. */
    domainByUuid: async (uuid: string, options: CallOptions = {}): Promise<Domain> =>
      (await channel.call(procedures.domainLookupByUuid, { uuid }, options)).domain,

    /** The running guest of an id. */
    domainById: async (id: number, options: CallOptions = {}): Promise<Domain> =>
      (await channel.call(procedures.domainLookupById, { id }, options)).domain,

    /** The guest's XML; as it runs, where it runs. */
    domainXml: async (
      domain: Domain,
      { inactive, secure, migratable, updateCpu, ...options }: DomainXmlOptions = {},
    ): Promise<string> => {
      const flags =
        (inactive ? domainXmlFlags.inactive : 0) |
        (secure ? domainXmlFlags.secure : 0) |
        (migratable ? domainXmlFlags.migratable : 0) |
        (updateCpu ? domainXmlFlags.updateCpu : 0);
      return (await channel.call(procedures.domainGetXmlDesc, { domain, flags }, options)).xml;
    },

    /** Whether it runs, and why; `code` and `reasonCode` are libvirt's numbers (virDomainState and its reasons). */
    domainState: async (
      domain: Domain,
      options: CallOptions = {},
    ): Promise<{
      readonly state: DomainStateName;
      readonly reason: string;
      readonly code: number;
      readonly reasonCode: number;
    }> => {
      const { state, reason } = await channel.call(procedures.domainGetState, { domain, flags: 0 }, options);
      return {
        state: domainStateName(state),
        reason: domainStateReason(state, reason),
        code: state,
        reasonCode: reason,
      };
    },

    /** State, memory in KiB, virtual CPUs, CPU time in nanoseconds. */
    domainInfo: async (
      domain: Domain,
      options: CallOptions = {},
    ): Promise<{
      readonly state: DomainStateName;
      readonly maxMemoryKib: bigint;
      readonly memoryKib: bigint;
      readonly vcpus: number;
      readonly cpuTimeNs: bigint;
    }> => {
      const info = await channel.call(procedures.domainGetInfo, { domain }, options);
      return { ...info, state: domainStateName(info.state) };
    },

    /** Whether it starts with the daemon. */
    isAutostarted: async (domain: Domain, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.domainGetAutostart, { domain }, options)).autostart,

    /** Whether it runs. */
    isActive: async (domain: Domain, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.domainIsActive, { domain }, options)).active,

    /** Whether it stays defined when it stops. */
    isPersistent: async (domain: Domain, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.domainIsPersistent, { domain }, options)).persistent,

    /** Whether the stored configuration was changed since the guest started. */
    isUpdated: async (domain: Domain, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.domainIsUpdated, { domain }, options)).updated,

    /** Whether its memory was saved by managed save, to be restored at the next start. */
    hasManagedSave: async (domain: Domain, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.domainHasManagedSaveImage, { domain, flags: 0 }, options)).result,

    /** The job that runs on the guest (migration, save, dump), and how far it is, in milliseconds and bytes. */
    jobInfo: async (domain: Domain, options: CallOptions = {}): Promise<JobInfo> => {
      const info = await channel.call(procedures.domainGetJobInfo, { domain }, options);
      return { ...info, type: jobTypeName(info.type) };
    },

    /** The block job on a disk (its target or path); undefined where there is none. */
    blockJob: async (domain: Domain, disk: string, options: CallOptions = {}): Promise<BlockJob | undefined> => {
      const { found, ...job } = await channel.call(
        procedures.domainGetBlockJobInfo,
        { domain, disk, flags: 0 },
        options,
      );
      return found ? job : undefined;
    },

    /** Bytes of a disk (its target or path): what the guest sees, what is allocated, what the file or device holds. */
    blockInfo: (
      domain: Domain,
      disk: string,
      options: CallOptions = {},
    ): Promise<{ readonly allocation: bigint; readonly capacity: bigint; readonly physical: bigint }> =>
      channel.call(procedures.domainGetBlockInfo, { domain, disk, flags: 0 }, options),

    /** The description, the title or, by its namespace, an element of the metadata. Rejects with VIR_ERR_NO_DOMAIN_METADATA where there is none. */
    metadata: async (
      domain: Domain,
      kind: keyof typeof metadataKinds,
      { of, uri, ...options }: WhichOptions & { readonly uri?: string | undefined } = {},
    ): Promise<string> =>
      (
        await channel.call(
          procedures.domainGetMetadata,
          { domain, type: metadataKinds[kind], uri, flags: affects(of) },
          options,
        )
      ).metadata,

    /** Snapshots of a guest; flags of virDomainListAllSnapshots. */
    snapshots: async (domain: Domain, { flags = 0, ...options }: ListOptions = {}): Promise<readonly DomainMoment[]> =>
      (await channel.call(procedures.domainListAllSnapshots, { domain, wantsResults: true, flags }, options)).snapshots,

    /** Checkpoints of a guest, which name points in time for incremental backups; flags of virDomainListAllCheckpoints. */
    checkpoints: async (
      domain: Domain,
      { flags = 0, ...options }: ListOptions = {},
    ): Promise<readonly DomainMoment[]> =>
      (await channel.call(procedures.domainListAllCheckpoints, { domain, wantsResults: true, flags }, options))
        .checkpoints,

    /** What libvirt warns of: tainted configuration and deprecated features; `domainMessageFlags`. */
    domainMessages: async (domain: Domain, { flags = 0, ...options }: ListOptions = {}): Promise<readonly string[]> =>
      (await channel.call(procedures.domainGetMessages, { domain, flags }, options)).messages,
  };
}
