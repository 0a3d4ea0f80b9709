import { answerOf, mapAnswer } from '#collect/fetch/answer-of';
import type { Answer, NetworkAnswer } from '#collect/libvirt-answers';
import { networkListFlags } from '#formats/libvirt-rpc/flags';
import type { Connection } from '#libvirt/connection';

/** Asks for all virtual networks, in two round trips. */
export async function fetchNetworks(connection: Connection): Promise<Answer<readonly NetworkAnswer[]>> {
  const namesOf = async (flags: number): Promise<ReadonlySet<string>> =>
    new Set((await connection.networks({ flags })).map(({ name }) => name));
  const [all, active, autostarted] = await Promise.all([
    answerOf(connection.networks()),
    answerOf(namesOf(networkListFlags.active)),
    answerOf(namesOf(networkListFlags.autostart)),
  ]);
  if (!('value' in all)) return all;
  if (!('value' in active)) return active;
  const networks = all.value.map(
    async (network): Promise<NetworkAnswer> => ({
      ...network,
      active: active.value.has(network.name),
      autostart: mapAnswer(autostarted, names => names.has(network.name)),
      xml: await answerOf(connection.networkXml(network, { inactive: true })),
    }),
  );
  return { value: await Promise.all(networks) };
}
