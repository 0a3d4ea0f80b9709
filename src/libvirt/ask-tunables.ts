import type { Procedure } from '#formats/libvirt-rpc/procedure';
import type { CallOptions, RpcChannel } from '#libvirt/rpc-channel';

/**
 * Asks for values of which libvirt first wants to be asked how many there are, and then for exactly so many. `argumentsFor` gives the
 * arguments for a count; 0 asks for the count. Gives undefined where there are none.
 */
export async function askTunables<Arguments, Result extends { readonly count: number }>(
  channel: RpcChannel,
  procedure: Procedure<Arguments, Result>,
  argumentsFor: (count: number) => Arguments,
  options: CallOptions,
): Promise<Result | undefined> {
  const { count } = await channel.call(procedure, argumentsFor(0), options);
  return count === 0 ? undefined : await channel.call(procedure, argumentsFor(count), options);
}
