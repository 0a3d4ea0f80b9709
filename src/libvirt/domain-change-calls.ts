import { domainDefineFlags } from '#formats/libvirt-rpc/flags';
import type { Domain } from '#formats/libvirt-rpc/objects';
import { procedures } from '#formats/libvirt-rpc/procedures';
import { metadataKinds } from '#libvirt/domain-calls';
import type { ListOptions } from '#libvirt/host-calls';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';
import { affects, type WhichOptions } from '#libvirt/which-options';

/** How XML is taken in. */
export interface DefineOptions extends CallOptions {
  /** Check the XML against libvirt's schema first, which refuses unknown elements that libvirt else drops in silence. On unless told otherwise. */
  readonly validate?: boolean | undefined;
}

/** The calls that change guests. */
export type DomainChangeCalls = ReturnType<typeof domainChangeCalls>;

/** Makes the calls that change guests. All of them need a read-write connection. */
export function domainChangeCalls(channel: RpcChannel) {
  return {
    /** Stores a guest's configuration, a new one or a replacement. What fails the schema is refused with VIR_ERR_XML_INVALID_SCHEMA (code 92). */
    defineDomain: async (xml: string, { validate = true, ...options }: DefineOptions = {}): Promise<Domain> =>
      (
        await channel.call(
          procedures.domainDefineXmlFlags,
          { xml, flags: validate ? domainDefineFlags.validate : 0 },
          options,
        )
      ).domain,

    /** Forgets a guest's configuration; `domainUndefineFlags` say what goes with it. */
    undefineDomain: (domain: Domain, { flags = 0, ...options }: ListOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainUndefineFlags, { domain, flags }, options),

    /** Starts a guest that is not defined and is gone when it stops; `domainStartFlags`. */
    createDomain: async (xml: string, { flags = 0, ...options }: ListOptions = {}): Promise<Domain> =>
      (await channel.call(procedures.domainCreateXml, { xml, flags }, options)).domain,

    /** Starts a defined guest; `domainStartFlags`. Gives it with the id of its new run. */
    startDomain: async (domain: Domain, { flags = 0, ...options }: ListOptions = {}): Promise<Domain> =>
      (await channel.call(procedures.domainCreateWithFlags, { domain, flags }, options)).domain,

    /** Asks a guest to shut down, and does not wait for it; `domainShutdownFlags`. */
    shutdownDomain: (domain: Domain, { flags = 0, ...options }: ListOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainShutdownFlags, { domain, flags }, options),

    /** Stops a guest at once, as pulling the plug would; `domainDestroyFlags`. */
    destroyDomain: (domain: Domain, { flags = 0, ...options }: ListOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainDestroyFlags, { domain, flags }, options),

    /** Says whether a guest starts with the daemon. */
    setAutostart: (domain: Domain, autostart: 'on' | 'off', options: CallOptions = {}): Promise<undefined> =>
      channel.call(procedures.domainSetAutostart, { domain, autostart: autostart === 'on' }, options),

    /** Sets the description, the title or an element of the metadata (with its namespace and a prefix); undefined takes it away. */
    setMetadata: (
      domain: Domain,
      kind: keyof typeof metadataKinds,
      value: string | undefined,
      {
        of,
        uri,
        prefix,
        ...options
      }: WhichOptions & { readonly uri?: string | undefined; readonly prefix?: string | undefined } = {},
    ): Promise<undefined> =>
      channel.call(
        procedures.domainSetMetadata,
        {
          domain,
          type: metadataKinds[kind],
          metadata: value,
          key: prefix,
          uri,
          flags: affects(of),
        },
        options,
      ),

    /** Sends the guest agent a command, JSON in and JSON out; QEMU only. Waits `agentTimeoutS` seconds for the agent. It may do anything. */
    agentCommand: async (
      domain: Domain,
      command: string,
      { agentTimeoutS = 10, ...options }: CallOptions & { readonly agentTimeoutS?: number } = {},
    ): Promise<string | undefined> =>
      (
        await channel.call(
          procedures.domainAgentCommand,
          { domain, command, timeoutS: agentTimeoutS, flags: 0 },
          options,
        )
      ).answer,
  };
}
