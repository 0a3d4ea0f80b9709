/** vcpu, iothreads and cputune of a domain XML; libvirt's formatdomain, “CPU Allocation” to “CPU Tuning”. */
import { requiredIdSet, signedIn } from '#formats/domain-xml/domain-values';
import { oncePerText } from '#formats/domain-xml/once-per-text';
import { count, countOf, idSet, requiredCount, word, yesNo } from '#formats/libvirt-xml/xml-value';
import type { XmlElement } from '#formats/xml/xml-document';
import { child, children } from '#formats/xml/xml-tree';
import type { CpuTuning, Vcpus } from '#model/domain-resources';

/** vcpu; where it names no current number, the vCPUs that `vcpus` (its sibling) enables. */
export function vcpus(element: XmlElement): Vcpus {
  const { max, current, cpuset, placement } = ownVcpus(element);
  const single = element.parent && child(element.parent, 'vcpus');
  const enabled = single && children(single, 'vcpu').filter(vcpu => yesNo(vcpu, 'enabled') ?? false).length;
  return { max, current: current ?? enabled ?? max, cpuset, placement };
}

const ownVcpus = oncePerText(element => ({
  max: countOf(element),
  current: count(element, 'current'),
  cpuset: idSet(element, 'cpuset'),
  placement: word(element, 'placement'),
}));

/** How many I/O threads `iothreads` and `iothreadids` ask for together; libvirt takes the larger number. */
export const iothreadCount = (iothreads: XmlElement | undefined, ids: XmlElement | undefined): number =>
  Math.max(iothreads === undefined ? 0 : countOf(iothreads), ids === undefined ? 0 : children(ids, 'iothread').length);

/** cputune. */
export function cpuTuning(element: XmlElement): CpuTuning {
  const emulator = child(element, 'emulatorpin');
  const shares = child(element, 'shares');
  const period = child(element, 'period');
  return {
    vcpuPins: children(element, 'vcpupin').map(pin => ({
      vcpu: requiredCount(pin, 'vcpu'),
      cpuset: requiredIdSet(pin, 'cpuset'),
    })),
    emulatorPin: emulator && requiredIdSet(emulator, 'cpuset'),
    iothreadPins: children(element, 'iothreadpin').map(pin => ({
      iothread: requiredCount(pin, 'iothread'),
      cpuset: requiredIdSet(pin, 'cpuset'),
    })),
    hasRealtimeScheduler: children(element, 'vcpusched').some(scheduler =>
      ['fifo', 'rr'].includes(word(scheduler, 'scheduler') ?? ''),
    ),
    shares: shares && countOf(shares),
    quota: quotaOf(child(element, 'quota')),
    period: period && countOf(period),
  };
}

/** Zero and negative quotas mean that there is none. */
function quotaOf(element: XmlElement | undefined): number | undefined {
  const quota = element === undefined ? 0 : signedIn(element);
  return quota > 0 ? quota : undefined;
}
