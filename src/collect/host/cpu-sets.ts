import { fileFact, fileText, textIfThere } from '#collect/file-facts';
import { firstOfAllWays } from '#collect/first-of-all-ways';
import { cpus } from '#collect/host/cpus';
import { cpusFolder, onlineCpus, onlineWays } from '#collect/host/online-cpus';
import { neverAbsent } from '#collect/never-absent';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseKernelCommandLine } from '#formats/kernel-cmdline';
import { cpuModelOf, parseCpuinfo } from '#formats/proc/cpuinfo';
import { parseCpuList } from '#formats/sys/cpu-list';
import type { CpuLimits } from '#model/cpu';
import { chainKnown, type Known, known, unknown } from '#model/known';
import { CpuSet } from '#units/cpu-set';

/** Sets of CPUs, and what kind of CPU they are. */
export const cpuSets: ReadingsOf<CpuLimits> = {
  online: {
    says: 'CPUs that are online',
    ways: onlineWays,
    read: sources =>
      neverAbsent(
        firstOfAllWays(
          () => fileFact(sources, `${cpusFolder}/online`, parseCpuList),
          () => onlineOneByOne(sources),
        ),
        'lscpu',
      ),
  },
  isolated: fromFileOrParameter('CPUs that the scheduler leaves alone', `${cpusFolder}/isolated`, 'isolcpus'),
  noTick: fromFileOrParameter('CPUs that run without the tick', `${cpusFolder}/nohz_full`, 'nohz_full'),
  smtActive: {
    says: 'whether some core runs more than one thread',
    ways: [{ file: `${cpusFolder}/smt/active` }, ...cpus.ways],
    read: sources =>
      firstOfAllWays(
        () => fileFact(sources, `${cpusFolder}/smt/active`, text => ({ '0': false, '1': true })[text.trim()]),
        () => chainKnown(cpus.read(sources), fromSiblings),
      ),
  },
  model: {
    says: 'vendor, model and flags of the first CPU',
    ways: [{ file: '/proc/cpuinfo' }],
    read(sources) {
      const text = fileText(sources, '/proc/cpuinfo');
      if (text.state !== 'known') return neverAbsent(text, 'lscpu');
      const cpuinfo = parseCpuinfo(text.value);
      if (cpuinfo === undefined) return unknown('/proc/cpuinfo was not understood', 'lscpu');
      const model = cpuModelOf(cpuinfo);
      return known(model, {
        from: '/proc/cpuinfo',
        value: [model.vendor, model.name, `${model.flags.size} flags`].filter(word => word !== undefined).join(', '),
      });
    },
  },
};

function onlineOneByOne(sources: Sources): Known<CpuSet> {
  const online = onlineCpus(sources);
  return online === undefined
    ? unknown(`${cpusFolder} holds no CPU`, 'lscpu')
    : known(CpuSet.of(online), { from: `${cpusFolder}/cpu*/online`, value: `${online.size} CPUs` });
}

/**
 * A set that a kernel parameter makes. Old kernels, and those built without the feature, have no such file: then the parameter itself
 * tells, and without it the set is empty.
 */
function fromFileOrParameter(says: string, path: string, parameter: string): Reading<CpuSet> {
  return {
    says: `${says} (${parameter}=)`,
    ways: [{ file: path }, { file: '/proc/cmdline' }],
    read(sources) {
      const file = fileFact(sources, path, parseCpuList);
      return file.state === 'absent' ? fromParameter(sources, parameter) : file;
    },
  };
}

function fromParameter(sources: Sources, parameter: string): Known<CpuSet> {
  const text = textIfThere(sources, '/proc/cmdline');
  if (text === undefined) return unknown('/proc/cmdline was not to be read', 'cat /proc/cmdline');
  const word = parseKernelCommandLine(text).words.findLast(({ name }) => name === parameter);
  if (word === undefined) return known(CpuSet.of([]), { from: '/proc/cmdline', value: `no ${parameter}=` });
  // isolcpus=nohz,domain,managed_irq,2-7: flags come before the list
  const list = (word.value ?? '').split(',').filter(part => !/^[a-z_]+$/.test(part));
  const set = parseCpuList(list.join(','));
  const said = `${parameter}=${word.value ?? ''}`;
  return set === undefined ? unknown(`${said} was not understood`) : known(set, { from: '/proc/cmdline', value: said });
}

function fromSiblings(all: readonly { readonly siblings: CpuSet | undefined }[]): Known<boolean> {
  const told = all.map(({ siblings }) => siblings).filter(set => set !== undefined);
  return told.length === 0 ? unknown('no CPU tells its siblings', 'lscpu') : known(told.some(set => set.size > 1));
}
