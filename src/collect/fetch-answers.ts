import { answerOf, mapAnswer } from '#collect/fetch/answer-of';
import { fetchDomainCapabilities } from '#collect/fetch/fetch-domain-capabilities';
import { fetchDomains, fetchStats } from '#collect/fetch/fetch-domains';
import { fetchNetworks } from '#collect/fetch/fetch-networks';
import { fetchPools } from '#collect/fetch/fetch-pools';
import type { Answer, DomainAnswer, LibvirtAnswers } from '#collect/libvirt-answers';
import type { Connection } from '#libvirt/connection';

/** How libvirt may be asked. */
export interface FetchOptions {
  /**
   * Opens a second, read-write connection, which libvirt wants for domain capabilities although asking for them changes nothing; it is
   * used for that call alone. Left out where only read-only connections may be opened.
   */
  readonly openReadWrite?: (() => Promise<Connection>) | undefined;
}

/**
 * Asks a connection everything that the model is made of, pipelined: some four round trips whatever the number of guests. Each call
 * that fails is an answer by itself. Secrets are never asked for (no VIR_DOMAIN_XML_SECURE). The capabilities, for which the daemon may
 * have to start every QEMU, are awaited beside everything else.
 */
export async function fetchAnswers(connection: Connection, options: FetchOptions = {}): Promise<LibvirtAnswers> {
  const domains = fetchDomains(connection);
  const [uri, libvirtVersion, hypervisorVersion, hostname, capabilities, domainCapabilities, node, networks, pools] =
    await Promise.all([
      answerOf(connection.uri()),
      answerOf(connection.libvirtVersion()),
      answerOf(connection.hypervisorVersion()),
      answerOf(connection.hostname()),
      answerOf(connection.capabilities()),
      domainCapabilitiesOf(connection, domains, options),
      answerOf(connection.nodeInfo()),
      fetchNetworks(connection),
      domains.then(known => fetchPools(connection, known)),
    ]);
  return {
    uri: 'value' in uri ? uri.value : 'libvirt',
    libvirtVersion,
    hypervisorVersion,
    hostname,
    capabilities,
    domainCapabilities,
    node: mapAnswer(node, info => ({ ...info, memoryKib: Number(info.memoryKib) })),
    domains: await domains,
    networks,
    pools,
  };
}

/** Asks for the statistics again, some time after `first`; gives the same answers with the new ones. */
export async function fetchSecondSample(connection: Connection, first: LibvirtAnswers): Promise<LibvirtAnswers> {
  const stats = await answerOf(fetchStats(connection));
  if (!('value' in stats)) return { ...first, domains: stats };
  const domains = mapAnswer(first.domains, all =>
    all.map((domain): DomainAnswer => ({ ...domain, stats: stats.value.get(domain.uuid) })),
  );
  return { ...first, domains };
}

async function domainCapabilitiesOf(
  connection: Connection,
  domains: Promise<Answer<readonly DomainAnswer[]>>,
  { openReadWrite }: FetchOptions,
): Promise<Answer<readonly string[]>> {
  if (!connection.readOnly) return fetchDomainCapabilities(connection, await domains);
  if (openReadWrite === undefined) {
    return {
      error: 'libvirt tells domain capabilities on a read-write connection only',
      remedy: 'leave out --read-only',
    };
  }
  const second = await answerOf(openReadWrite());
  if (!('value' in second)) return second;
  try {
    return await fetchDomainCapabilities(second.value, await domains);
  } finally {
    await second.value.close();
  }
}
