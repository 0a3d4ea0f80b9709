import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { takesHighSwappiness } from '#model/derived/swappiness-limit';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { asFact, ifKnown } from '#model/known';

const name = 'vm.swappiness';
const now = (value: number) => ({ '/proc/sys/vm/swappiness': String(value) });
const file = (path: string, value: number) => ({ [path]: `vm.swappiness = ${value}\n` });
const linked = { '/etc/sysctl.d/99-sysctl.conf': '-> ../sysctl.conf' };
const drop = '/etc/sysctl.d/50-swap.conf';

export default defineRule({
  id: 'host-memory/swappiness-persisted',
  subject: 'host',
  guide: ['4.2.1'],
  severity: 'warning',
  says: 'vm.swappiness stands in a file that is read at boot, and what it says is what runs.',
  because: 'A value set by hand, or in a file that nothing reads, is gone after the next boot.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.2.1: add a line to the configuration' },
    { grade: 'documented', at: 'systemd: sysctl.d(5); procps: sysctl(8), --system' },
    { grade: 'documented', at: 'tuned: tuned-main.conf, reapply_sysctl: files in /etc/sysctl.d win over the profile' },
  ],
  intents: {},
  params: {
    kernelDefault: { default: 60, unit: 'vm.swappiness', why: 'what the kernel starts with where nothing sets it' },
  },
  costs: ['On cgroup version 1 running guests keep their value until they are restarted.'],
  departs: [
    {
      guideSays: 'Add the line to /etc/systcl.conf.',
      truth: 'The file is /etc/sysctl.conf; better a file of its own in /etc/sysctl.d. Nothing reads the other.',
      source: 'systemd: sysctl.d(5)',
      errata: ['X19'],
      guideCannot: 'no program reads /etc/systcl.conf; a file that is read is asked for',
    },
  ],
  needs: {
    running: ({ host }) => host.kernel.sysctls[name].running,
    settings: ({ host }) => host.kernel.sysctls[name].settings,
    boot: ({ host }) => asFact(sysctlAtBoot(host, name)),
    strayed: ({ host }) => host.kernel.strayedSysctlFiles,
    isHigh: ({ host }) => ifKnown(takesHighSwappiness(host)),
  },
  check({ running: text, settings, boot, strayed, isHigh }, { params }) {
    const running = text.trim();
    const [stray] = strayed;
    const parts = strayed.map(path => ({ key: path, saw: `nothing reads ${path}` }));
    if (stray !== undefined)
      return bad(`nothing reads ${stray}: its name is not one of a sysctl file`, {
        wants: 'its lines in a file of /etc/sysctl.d that ends in .conf',
        so: 'what it sets does not hold after a boot',
        parts,
        otherwise: `Move the lines of ${stray} to /etc/sysctl.d/50-local.conf, delete it, and run sysctl --system.`,
      });
    if (boot.state === 'unknown') return undecided(boot.reason, boot.remedy);
    const later = boot.state === 'known' ? boot.value.value : String(params.kernelDefault);
    const owner = boot.state === 'known' ? boot.value.owner : 'the kernel default';
    if (!/^\d{1,3}$/.test(later) || Number(later) > (isHigh === false ? 100 : 200))
      return notApplicable(`the kernel refuses ${later}: host-memory/swappiness-range`);
    if (later !== running)
      return bad(`vm.swappiness is ${running} now and ${later} after the next boot (${owner})`, {
        wants: `${running} in a file of /etc/sysctl.d`,
        parts: [{ key: 'running', saw: running }],
        ...makeSysctlLast(name, running, running, boot.state === 'known' ? boot.value : undefined),
      });
    const unread = settings.find(({ isReadAtBoot, value }) => !isReadAtBoot && value.trim() !== later);
    if (unread !== undefined)
      return bad(`vm.swappiness = ${unread.value} in ${unread.file} is not read at boot`, {
        severity: 'hint',
        wants: 'one place that sets it',
        parts: [{ key: unread.file, saw: `line ${unread.line}` }],
        otherwise: `Move the line to /etc/sysctl.d/50-local.conf, or delete it: ${later} holds (${owner}).`,
      });
    // systemd sorts it among the others, sysctl --system reads it last
    const last = settings.findLast(setting => setting.file === '/etc/sysctl.conf');
    if (last === undefined || last.value.trim() === later) return good;
    return bad(`vm.swappiness is ${later} after a boot and ${last.value} after “sysctl --system”`, {
      severity: 'hint',
      wants: 'one place that sets it',
      parts: [{ key: last.file, saw: `line ${last.line}` }],
      otherwise: `Delete line ${last.line} of ${last.file}, or the one in ${owner}.`,
    });
  },
  examples: [
    { name: 'the file of the guide', files: { ...now(35), '/etc/systcl.conf': 'vm.swappiness = 35\n' }, expect: 'bad' },
    { name: 'in sysctl.d', files: { ...now(35), ...file(drop, 35) }, expect: 'good' },
    { name: 'set by hand', files: now(10), expect: 'bad', fixes: ['sysctl-file'] },
    {
      name: 'another value in the file',
      files: { ...now(10), ...file(drop, 35) },
      expect: 'bad',
      fixes: ['sysctl-file'],
    },
    {
      name: 'a file that comes last',
      files: { ...now(10), ...file('/etc/sysctl.d/99-z.conf', 35) },
      expect: 'bad',
      fixes: [],
    },
    { name: 'a value that the kernel refuses', files: file(drop, 201), expect: 'not-applicable' },
    { name: 'the kernel default', expect: 'good' },
    {
      name: '/etc/sysctl.conf, linked',
      files: { ...now(35), ...linked, ...file('/etc/sysctl.conf', 35) },
      expect: 'good',
    },
    { name: '/etc/sysctl.conf, not linked', files: file('/etc/sysctl.conf', 35), expect: 'bad', severity: 'hint' },
    {
      name: 'two readers, two values',
      files: { ...now(35), ...linked, ...file('/etc/sysctl.conf', 20), ...file('/etc/sysctl.d/99-z.conf', 35) },
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'an odd script', files: { '/etc/rc.local': 'denied' }, expect: 'unknown' },
  ],
});
