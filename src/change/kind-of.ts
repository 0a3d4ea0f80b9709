import type { Change } from '#change/change';
import type { ChangeKind } from '#change/change-kind';
import { configKeyKind } from '#change/kinds/config-key';
import { dirtyLimitFileKind, dirtyLimitKind } from '#change/kinds/dirty-limit';
import { domainLiveKind } from '#change/kinds/domain-live';
import { domainXmlKind } from '#change/kinds/domain-xml';
import { fstabKind, fstabLineKind } from '#change/kinds/fstab';
import { hugePagePoolKind } from '#change/kinds/huge-page-pool';
import { hugetlbfsMountKind } from '#change/kinds/hugetlbfs-mount';
import { imageFileKind } from '#change/kinds/image-file';
import { ioSchedulerKind } from '#change/kinds/io-scheduler';
import { kernelCommandLineKind } from '#change/kinds/kernel-command-line';
import { ksmKind } from '#change/kinds/ksm';
import { modprobeOptionKind } from '#change/kinds/modprobe-option';
import { mountOptionKind } from '#change/kinds/mount-option';
import { serviceKind } from '#change/kinds/service';
import { sysctlFileKind, sysctlKind } from '#change/kinds/sysctl';
import { sysfsKind, tmpfilesKind } from '#change/kinds/sysfs';
import { tunedProfileKind } from '#change/kinds/tuned-profile';
import { udevRuleKind } from '#change/kinds/udev-rule';

const all: readonly ChangeKind[] = [
  // knobs of the running host, and what keeps them
  sysctlKind,
  sysctlFileKind,
  sysfsKind,
  tmpfilesKind,
  ksmKind,
  hugePagePoolKind,
  ioSchedulerKind,
  udevRuleKind,
  dirtyLimitKind,
  dirtyLimitFileKind,
  hugetlbfsMountKind,
  mountOptionKind,
  // boot configuration, services, their files
  kernelCommandLineKind,
  serviceKind,
  tunedProfileKind,
  modprobeOptionKind,
  fstabLineKind,
  fstabKind,
  configKeyKind,
  // guests
  imageFileKind,
  domainXmlKind,
  domainLiveKind,
];

/** All kinds of change, by name. */
export const changeKinds: ReadonlyMap<string, ChangeKind> = new Map(all.map(kind => [kind.kind, kind]));

/** Gives the kind of a change. Throws TypeError for a kind that there is not: plans from outside are held against `changeKinds` when they are read. */
export function kindOf({ kind }: Pick<Change, 'kind'>): ChangeKind {
  const found = changeKinds.get(kind);
  if (found === undefined) throw new TypeError(`there is no kind of change called ${kind}`);
  return found;
}
