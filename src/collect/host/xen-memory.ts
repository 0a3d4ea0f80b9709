import { commandText } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import type { DomainAnswer } from '#collect/libvirt-answers';
import { libvirtFact } from '#collect/libvirt-facts';
import type { Sources } from '#collect/sources';
import { parseXlList } from '#formats/xl-output';
import { chainKnown, type Known, known, unknown } from '#model/known';
import { type Bytes, bytes, kib, mib } from '#units/bytes';

/** All memory of the machine: libvirt's Xen driver tells the hypervisor's, not the control domain's. */
export const xenNodeMemory = (sources: Sources): Known<Bytes> =>
  chainKnown(
    libvirtFact(
      sources,
      'virNodeGetInfo',
      answers =>
        answers.uri.startsWith('xen') ? answers.node : { error: `libvirt answered for ${answers.uri}, not for Xen` },
      node => `memory ${node.memoryKib} KiB`,
    ),
    node => known(kib(node.memoryKib)),
  );

const list = ['xl', 'list', '0'] as const;

/** Memory that the control domain has now. */
export const dom0Memory = (sources: Sources): Known<Bytes> =>
  firstWay(
    () => fromLibvirt(sources),
    () =>
      chainKnown(commandText(sources, list), text => {
        const row = parseXlList(text, 0);
        return row === undefined ? unknown('xl list shows no control domain') : known(mib(row.memoryMib));
      }),
  );

function fromLibvirt(sources: Sources): Known<Bytes> {
  const domains = libvirtFact(
    sources,
    'virConnectListAllDomains',
    answers => answers.domains,
    found => `${found.length} domains`,
  );
  if (domains.state !== 'known') return domains;
  const dom0 = domains.value.find(({ uuid }) => uuid === '00000000-0000-0000-0000-000000000000');
  if (dom0 === undefined) return unknown('libvirt shows no control domain', 'xl list 0');
  const balloon = dom0.stats?.['balloon.current'];
  if (typeof balloon === 'number') {
    return known(kib(balloon), {
      from: `virConnectGetAllDomainStats, ${dom0.name}`,
      value: `balloon.current=${balloon}`,
    });
  }
  const size = currentMemory(dom0);
  return size === undefined
    ? unknown('libvirt tells no memory of the control domain', 'xl list 0')
    : known(size, { from: `virDomainGetXMLDesc, ${dom0.name}`, value: `currentMemory ${size / 1024} KiB` });
}

/** libvirt prints this element in KiB, on a line of its own. */
function currentMemory(dom0: DomainAnswer): Bytes | undefined {
  const xml = dom0.liveXml ?? dom0.xml;
  if (!('value' in xml)) return undefined;
  const size = /<currentMemory(?: unit=["']KiB["'])?>(\d{1,13})<\/currentMemory>/.exec(xml.value)?.[1];
  return size === undefined ? undefined : bytes(Number(size) * 1024);
}
