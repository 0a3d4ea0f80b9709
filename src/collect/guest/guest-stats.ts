import type { DomainAnswer } from '#collect/libvirt-answers';
import type { GuestStats } from '#model/guest';
import { type Known, known, unknown } from '#model/known';
import { type Bytes, bytes } from '#units/bytes';

/** Bulk statistics of a domain as libvirt names them. */
export type StatsAnswer = NonNullable<DomainAnswer['stats']>;

/** The call that gives them. */
export const statsCall = 'virConnectGetAllDomainStats';

/** More vCPUs than any guest has; what claims more is not searched. */
const mostVcpus = 8192;

/** Gives the statistics of a running guest; libvirt-domain, virConnectGetAllDomainStats: `balloon.*` in KiB, times in nanoseconds. */
export function guestStats(stats: StatsAnswer | undefined): Known<GuestStats> {
  if (stats === undefined) return unknown('libvirt gave no statistics of it');
  const value: GuestStats = {
    balloonCurrent: kibIn(stats, 'balloon.current'),
    balloonMaximum: kibIn(stats, 'balloon.maximum'),
    residentSize: kibIn(stats, 'balloon.rss'),
    currentVcpus: countIn(stats, 'vcpu.current'),
    vcpus: vcpuTimes(stats),
  };
  const shown = ['balloon.current', 'balloon.maximum', 'balloon.rss', 'vcpu.current']
    .flatMap(name => (stats[name] === undefined ? [] : [`${name}=${stats[name]}`]))
    .join(' ');
  return known(value, { from: statsCall, value: shown });
}

/** Gives the times of each vCPU that has run, by number. */
export function vcpuTimes(stats: StatsAnswer): GuestStats['vcpus'] {
  const most = Math.min(mostVcpus, countIn(stats, 'vcpu.maximum') ?? countIn(stats, 'vcpu.current') ?? 0);
  return Array.from({ length: most }, (_, id) => id).flatMap(id => {
    const timeNs = countIn(stats, `vcpu.${id}.time`);
    return timeNs === undefined ? [] : [{ id, timeNs, delayNs: countIn(stats, `vcpu.${id}.delay`) }];
  });
}

/** Gives a counter; undefined where it is missing or is none. */
export function countIn(stats: StatsAnswer, name: string): number | undefined {
  const value = stats[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Gives a size in bytes. */
export function bytesIn(stats: StatsAnswer, name: string): Bytes | undefined {
  const value = countIn(stats, name);
  return value !== undefined && Number.isSafeInteger(value) ? bytes(value) : undefined;
}

function kibIn(stats: StatsAnswer, name: string): Bytes | undefined {
  const value = countIn(stats, name);
  return value !== undefined && Number.isSafeInteger(value * 1024) ? bytes(value * 1024) : undefined;
}
