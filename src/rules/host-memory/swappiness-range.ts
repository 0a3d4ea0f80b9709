import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { takesHighSwappiness } from '#model/derived/swappiness-limit';
import { asFact, ifKnown } from '#model/known';

const set = (value: string, kernel = '6.4.0') => ({
  '/etc/sysctl.d/50-swap.conf': `vm.swappiness = ${value}\n`,
  '/proc/sys/kernel/osrelease': kernel,
});
const later = { '/etc/sysctl.d/60-swap.conf': 'vm.swappiness = 35\n' };

export default defineRule({
  id: 'host-memory/swappiness-range',
  subject: 'host',
  guide: ['4.2.1'],
  severity: 'warning',
  says: 'Each value of vm.swappiness in a file is one that the kernel accepts.',
  because: 'The kernel refuses a value out of its range, and the old one stays.',
  sources: [
    {
      grade: 'documented',
      at: 'linux: admin-guide/sysctl/vm.rst, swappiness: 0 to 200; commit c843966c556d (Linux 5.8)',
    },
    { grade: 'measured', at: 'Linux 6.18: 200 is taken, 201 gives EINVAL' },
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.2.1: values from 0 to 200' },
  ],
  intents: {},
  params: {
    most: { default: 200, unit: 'vm.swappiness', why: 'the kernel’s limit since Linux 5.8' },
    mostBefore: { default: 100, unit: 'vm.swappiness', why: 'its limit before' },
  },
  costs: [],
  departs: [
    {
      guideSays: 'Available values range from 0 to 200.',
      truth: '200 is the limit since Linux 5.8; before, as in SLES 15 SP3 and older, it is 100.',
      source: 'linux: commit c843966c556d',
      errata: ['X20'],
      guideParams: { mostBefore: 200 },
    },
  ],
  needs: {
    settings: ({ host }) => host.kernel.sysctls['vm.swappiness'].settings,
    running: ({ host }) => ifKnown(host.kernel.sysctls['vm.swappiness'].running),
    isNew: ({ host }) => asFact(takesHighSwappiness(host)),
  },
  check({ settings, running, isNew }, { params }) {
    const lines = settings.filter(({ isReadAtBoot }) => isReadAtBoot);
    if (lines.length === 0) return notApplicable('no file sets vm.swappiness');
    const most = isNew.state === 'known' && !isNew.value ? params.mostBefore : params.most;
    const isIn = (value: string, limit: number): boolean => /^\d{1,9}$/.test(value.trim()) && Number(value) <= limit;
    const wrong = lines.filter(({ value }) => !isIn(value, most));
    const [first] = wrong;
    if (first === undefined) {
      if (isNew.state !== 'unknown' || lines.every(({ value }) => isIn(value, params.mostBefore))) return good;
      return undecided(isNew.reason, isNew.remedy);
    }
    const keeps = running?.trim() ?? '60';
    return bad(`the kernel refuses vm.swappiness = ${first.value} (${first.file}:${first.line})`, {
      severity: wrong.at(-1) === lines.at(-1) ? 'warning' : 'hint',
      wants: `a whole number from 0 to ${most}`,
      so: `vm.swappiness stays ${keeps}`,
      parts: wrong.map(({ file, line, value }) => ({ key: file, saw: `${file}:${line}: ${value}` })),
      otherwise: `Write “vm.swappiness = ${isIn(keeps, most) ? keeps : most}”, or the value that you mean, in ${first.file}, line ${first.line}.`,
    });
  },
  examples: [
    { name: '150 on Linux 5.7', files: set('150', '5.7.0'), expect: 'bad', severity: 'warning' },
    { name: '150 on Linux 5.8', files: set('150', '5.8.0'), expect: 'good' },
    { name: '201', files: set('201'), expect: 'bad' },
    { name: 'not a number', files: set('low'), expect: 'bad' },
    { name: 'a later file is right', files: { ...set('201'), ...later }, expect: 'bad', severity: 'hint' },
    { name: '35', files: set('35'), expect: 'good' },
    { name: '150 on Linux 5.3 by the guide', policy: 'guide', files: set('150', '5.3.18'), expect: 'good' },
    { name: 'a back-port', files: { ...set('150', '5.3.18'), '/proc/sys/vm/swappiness': '150' }, expect: 'good' },
    { name: 'no file', expect: 'not-applicable' },
    {
      name: '150, version unknown',
      files: { ...set('150'), '/proc/sys/kernel/osrelease': 'denied' },
      expect: 'unknown',
    },
  ],
});
