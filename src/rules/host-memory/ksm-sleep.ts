import { setSysfs } from '#change/kinds/sysfs';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { isActive } from '#model/derived/service-state';
import { ifKnown } from '#model/known';

const path = '/sys/kernel/mm/ksm/sleep_millisecs';

export default defineRule({
  id: 'host-memory/ksm-sleep',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'ksmd sleeps longer than a second between scans.',
  because: 'A short sleep makes ksmd scan all the time, on CPUs that the guests could use.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: "a value greater than 1000"' },
    {
      grade: 'documented',
      at: 'linux: admin-guide/mm/ksm.rst, sleep_millisecs: default 20, chosen for demonstration purposes',
    },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    longestMs: { default: 1000, unit: 'ms', why: 'the guide recommends a value greater than this' },
    setMs: { default: 2000, unit: 'ms', why: 'a value above the border, with 1000 pages a scan' },
    busyShare: { default: 0.2, unit: 'of one CPU', why: 'more than this for ksmd alone is worth a warning' },
  },
  costs: ['Equal pages are found later.'],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    ksmtuned: ({ host }) => isActive(host.services, 'ksmtuned.service'),
    load: ({ host }) => ifKnown(host.memory.ksmdLoad),
  },
  check({ ksm, ksmtuned, load }, { params }) {
    if (ksm.run !== 1) return notApplicable('KSM does not run');
    if (ksmtuned) return notApplicable('ksmtuned sets it');
    if (ksm.advisorMode !== undefined && ksm.advisorMode !== 'none') return notApplicable('the KSM advisor decides');
    if (ksm.sleepMs > params.longestMs) return good;
    return bad(`ksmd sleeps only ${ksm.sleepMs} ms between scans`, {
      wants: `more than ${params.longestMs} ms`,
      severity: load !== undefined && load > params.busyShare ? 'warning' : 'hint',
      fix: [...setSysfs(path, String(ksm.sleepMs), String(params.setMs))],
    });
  },
  examples: [
    {
      name: 'the kernel default',
      files: { '/sys/kernel/mm/ksm/run': '1', [path]: '20' },
      expect: 'bad',
      fixes: ['sysfs', 'tmpfiles'],
    },
    { name: 'two seconds', files: { '/sys/kernel/mm/ksm/run': '1', [path]: '2000' }, expect: 'good' },
    { name: 'KSM off', files: { '/sys/kernel/mm/ksm/run': '0', [path]: '20' }, expect: 'not-applicable' },
    { name: 'no KSM in this kernel', files: { '/sys/kernel/mm/ksm/': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { '/sys/kernel/mm/ksm/run': 'denied' }, expect: 'unknown' },
  ],
});
