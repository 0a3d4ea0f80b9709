import type { Host } from '#model/host';
import { type Known, known, mapKnown } from '#model/known';
import { isInRange } from '#units/version';

/** The limit of vm.swappiness before Linux 5.8. */
const before = 100;

/**
 * Whether the kernel takes vm.swappiness up to 200: since Linux 5.8 (commit c843966c556d). A running value above the old limit shows
 * that it does, whatever its version says.
 */
export function takesHighSwappiness(host: Host): Known<boolean> {
  const { running } = host.kernel.sysctls['vm.swappiness'];
  if (running.state === 'known' && Number(running.value) > before) return known(true, ...running.evidence);
  return mapKnown(host.kernel.version, version => isInRange(version, '>=5.8'));
}
