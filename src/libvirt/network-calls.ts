import type { Network } from '#formats/libvirt-rpc/objects';
import { procedures } from '#formats/libvirt-rpc/procedures';
import type { ListOptions } from '#libvirt/host-calls';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';

/** The calls about virtual networks. */
export type NetworkCalls = ReturnType<typeof networkCalls>;

/** Makes the calls about virtual networks. All of them change nothing. */
export function networkCalls(channel: RpcChannel) {
  return {
    /** The networks; `networkListFlags` narrow the list. */
    networks: async ({ flags = 0, ...options }: ListOptions = {}): Promise<readonly Network[]> =>
      (await channel.call(procedures.connectListAllNetworks, { wantsResults: true, flags }, options)).networks,

    /** The network of a name; rejects with VIR_ERR_NO_NETWORK where there is none. */
    networkByName: async (name: string, options: CallOptions = {}): Promise<Network> =>
      (await channel.call(procedures.networkLookupByName, { name }, options)).network,

    /** The network's XML; with `inactive` as it will start next, else as it runs. */
    networkXml: async (
      network: Network,
      { inactive, ...options }: CallOptions & { readonly inactive?: boolean | undefined } = {},
    ): Promise<string> =>
      (await channel.call(procedures.networkGetXmlDesc, { network, flags: inactive ? 1 : 0 }, options)).xml,

    /** Whether it runs. */
    isNetworkActive: async (network: Network, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.networkIsActive, { network }, options)).active,

    /** Whether it starts with the daemon. */
    isNetworkAutostarted: async (network: Network, options: CallOptions = {}): Promise<boolean> =>
      (await channel.call(procedures.networkGetAutostart, { network }, options)).autostart,
  };
}
