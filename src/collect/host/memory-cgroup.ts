import { fileText, folderNames, textIfThere } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import { parseWhole } from '#formats/sys/whole-number';
import { absent, known, unknown, valueIfKnown } from '#model/known';
import type { CgroupSwappiness } from '#model/memory';

const mount = '/sys/fs/cgroup';
const v1 = `${mount}/memory`;

/**
 * Which cgroup version controls memory: linux admin-guide/cgroup-v2.rst. In the hybrid mode of systemd a tree of version 2 stands
 * beside the controllers of version 1, and memory is among the latter.
 */
export const cgroupVersion: Reading<1 | 2> = {
  says: 'version of the memory cgroup controller',
  ways: [{ file: `${mount}/cgroup.controllers` }, { file: `${v1}/memory.swappiness` }, { file: '/proc/cgroups' }],
  read(sources) {
    const controllers = fileText(sources, `${mount}/cgroup.controllers`);
    if (controllers.state === 'known' && /\bmemory\b/.test(controllers.value)) return known(2, ...controllers.evidence);
    const swappiness = fileText(sources, `${v1}/memory.swappiness`);
    if (swappiness.state === 'known') return known(1, ...swappiness.evidence);
    const table = fileText(sources, '/proc/cgroups');
    const hierarchy = /^memory\s+(\d{1,6})\s/m.exec(valueIfKnown(table) ?? '')?.[1];
    if (hierarchy !== undefined && hierarchy !== '0')
      return known(1, { from: '/proc/cgroups', value: `memory in hierarchy ${hierarchy}` });
    const lacks = [controllers, swappiness, table];
    const missing = lacks.find(look => look.state === 'unknown');
    return missing ?? absent(...lacks.flatMap(look => (look.state === 'unknown' ? [] : look.evidence)));
  },
};

/** What the kernel puts into each cgroup of version 1 beside its children (linux kernel/cgroup/cgroup-v1.c, mm/memcontrol.c). */
const ownFile = /^(?:memory|cgroup)\.|^(?:tasks|notify_on_release|release_agent)$/;

/**
 * memory.swappiness of each guest's cgroup, which version 1 has and which counts instead of vm.swappiness there (linux
 * admin-guide/cgroup-v1/memory.rst). A guest's cgroup is a child of `machine.slice`, or of `machine` without systemd; newer libvirt
 * keeps the guest one level further down, in `libvirt`.
 */
export const cgroupSwappiness: Reading<readonly CgroupSwappiness[]> = {
  says: "swappiness of each guest's cgroup (version 1)",
  ways: [...cgroupVersion.ways, { file: `${v1}/machine*/**/memory.swappiness` }],
  read(sources) {
    const version = cgroupVersion.read(sources);
    if (version.state !== 'known') return version;
    if (version.value === 2) return absent(...version.evidence);
    const names = folderNames(sources, v1);
    if (names.state !== 'known') return names.state === 'unknown' ? names : unknown(`${v1} is not there`);
    const found: CgroupSwappiness[] = [];
    for (const parent of names.value.filter(name => /^machine(?:\.slice)?$/.test(name))) {
      const children = folderNames(sources, `${v1}/${parent}`);
      if (children.state === 'unknown') return children;
      for (const child of (valueIfKnown(children) ?? []).filter(name => !ownFile.test(name))) {
        for (const cgroup of [`${parent}/${child}/libvirt`, `${parent}/${child}`]) {
          const swappiness = parseWhole(textIfThere(sources, `${v1}/${cgroup}/memory.swappiness`) ?? '');
          if (swappiness === undefined) continue;
          found.push({ cgroup, swappiness });
          break;
        }
      }
    }
    return known(found, {
      from: `${v1}/machine*/**/memory.swappiness`,
      value: found.map(({ cgroup, swappiness }) => `${cgroup} ${swappiness}`).join(', ') || 'no guest',
    });
  },
};
