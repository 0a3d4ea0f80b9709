import { folderNames, textIfThere } from '#collect/file-facts';
import { type StatsAnswer, statsCall, vcpuTimes } from '#collect/guest/guest-stats';
import type { Sources } from '#collect/sources';
import type { GuestLoad } from '#model/guest';
import { type Known, known, unknown, valueIfKnown } from '#model/known';

/** A guest in the first sample and in the second. */
export interface GuestSamples {
  readonly first: StatsAnswer | undefined;
  readonly second: StatsAnswer | undefined;
  readonly pid: Known<number>;
}

/**
 * Gives the demand for CPU between two samples: of each vCPU the time that it ran and the time that it waited for a CPU, over the
 * time between. The waiting is libvirt's `vcpu.N.delay`, else what the kernel tells of the vCPU's thread (schedstat, second field;
 * linux scheduler/sched-stats.rst); without either the demand is unknown, for a guest cannot run more than the host lets it.
 */
export function guestLoad(sources: Sources, { first, second, pid }: GuestSamples): Known<GuestLoad> {
  const { later } = sources;
  if (later === undefined) return unknown('a load shows only over time', 'nearmetal check --sample 60s');
  if (first === undefined || second === undefined) return unknown('libvirt gave no statistics of it twice');
  const afterwards = new Map(vcpuTimes(second).map(vcpu => [vcpu.id, vcpu]));
  const before = vcpuTimes(first);
  let waits: ReadonlyMap<number, number> | undefined;
  let wanted = 0;
  for (const { id, timeNs, delayNs } of before) {
    const then = afterwards.get(id);
    if (then === undefined) continue;
    if (delayNs === undefined || then.delayNs === undefined) waits ??= waitsBetween(sources, later.files, pid);
    const waited = delayNs === undefined || then.delayNs === undefined ? waits?.get(id) : then.delayNs - delayNs;
    if (waited === undefined)
      return unknown(`how long vCPU ${id} waited for a CPU was not told`, 'libvirt 7.2 or later');
    if (then.timeNs < timeNs || waited < 0) return unknown('the guest was started anew between the samples');
    wanted += then.timeNs - timeNs + waited;
  }
  if (before.length === 0 || later.afterMs <= 0) return unknown('libvirt told no times of its vCPUs');
  const demand = wanted / (later.afterMs * 1e6);
  const value = `${before.length} vCPUs ran and waited ${Math.round(wanted / 1e6)} ms in ${later.afterMs} ms`;
  return known({ overMs: later.afterMs, demand }, { from: `${statsCall}, vcpu.*.time and vcpu.*.delay`, value });
}

/** Nanoseconds that each vCPU's thread waited between the samples; QEMU names them `CPU 0/KVM`. */
function waitsBetween(sources: Sources, later: Sources['files'], pid: Known<number>): ReadonlyMap<number, number> {
  if (pid.state !== 'known') return new Map();
  const tasks = valueIfKnown(folderNames(sources, `/proc/${pid.value}/task`)) ?? [];
  return new Map(
    tasks.flatMap((task): readonly (readonly [number, number])[] => {
      const folder = `/proc/${pid.value}/task/${task}`;
      const id = /^CPU (\d{1,5})\//.exec(textIfThere(sources, `${folder}/comm`) ?? '')?.[1];
      if (id === undefined) return [];
      const first = waitIn(sources, `${folder}/schedstat`);
      const second = waitIn({ ...sources, files: later }, `${folder}/schedstat`);
      return first === undefined || second === undefined ? [] : [[Number(id), second - first]];
    }),
  );
}

function waitIn(sources: Sources, path: string): number | undefined {
  const wait = /^\d{1,20} (\d{1,20}) \d{1,20}$/.exec(textIfThere(sources, path) ?? '')?.[1];
  return wait === undefined ? undefined : Number(wait);
}
