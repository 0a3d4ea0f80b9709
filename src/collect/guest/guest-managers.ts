import { fileText } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { virtualDomains } from '#formats/pacemaker-cib';
import { type Known, known, unknown, valueIfKnown } from '#model/known';

const cib = '/var/lib/pacemaker/cib/cib.xml';
const harvester = '/etc/harvester-release.yaml';

/** Files that tell who manages guests, for the reading's list of ways. */
export const managerFiles: readonly string[] = [cib, harvester];

/**
 * Gives a function from a guest's name and what its definition says of a manager to who manages it. A cluster's own configuration tells
 * of Pacemaker, whose guests carry no mark; Harvester's guests carry KubeVirt's, and the host tells them apart.
 */
export function guestManagers(sources: Sources): (name: string, said: Known<string>) => Known<string> {
  const cluster = fileText(sources, cib);
  const resources = cluster.state === 'known' ? virtualDomains(cluster.value) : [];
  const isHarvester = valueIfKnown(fileText(sources, harvester)) !== undefined;
  return (name, said) => {
    if (said.state === 'known' && said.value === 'KubeVirt' && isHarvester) {
      return known('Harvester', ...said.evidence, { from: harvester, value: 'there' });
    }
    if (said.state === 'known') return said;
    if (resources === undefined) return unknown(`${cib} was not understood, and its resources may include the guest`);
    const resource = resources.find(({ config }) => config.replace(/^.*\//, '').replace(/\.xml$/, '') === name);
    if (resource !== undefined) return known('Pacemaker', { from: cib, value: `${resource.id}: ${resource.config}` });
    // a cluster that may not be looked into may manage any guest; where there is no such file nobody does
    const isHidden = cluster.state === 'unknown' && cluster.remedy !== undefined;
    return isHidden && said.state === 'absent' ? cluster : said;
  };
}
