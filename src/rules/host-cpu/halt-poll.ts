import { keepHaltPolling } from '#change/recipes/halt-polling';
import { defineRule } from '#check/define-rule';
import { hostIntent } from '#check/host-intent';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { ifKnown } from '#model/known';

const path = '/sys/module/kvm/parameters/halt_poll_ns';
const busy = {
  '/proc/pressure/cpu':
    'some avg10=40.00 avg60=38.00 avg300=35.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
};

export default defineRule({
  id: 'host-cpu/halt-poll',
  subject: 'host',
  guide: [],
  beyond: 'Polling before a vCPU sleeps buys latency with CPU time: which of both is scarce depends on the guests.',
  severity: 'hint',
  says: 'KVM polls for a guest that halts as long as suits what the guests are for.',
  because: 'A vCPU that is polled for wakes at once; on a crowded host the time spent polling is missing elsewhere.',
  sources: [
    { grade: 'documented', at: 'linux: virt/kvm/halt-polling.rst, halt_poll_ns and its effect on CPU time' },
    { grade: 'documented', at: 'linux: arch/x86/include/asm/kvm_host.h, KVM_HALT_POLL_NS_DEFAULT 200000' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {
    latency: { level: 'should', want: 'on, 200000 ns or more' },
    hpc: { level: 'neutral' },
    density: { level: 'neutral', want: 'off while CPUs are short' },
  },
  params: {
    usualNs: { default: 200000, unit: 'ns', why: 'the default on x86; more is for hosts with CPUs to spare' },
    shortage: {
      default: 20,
      unit: '% of time in which some task waited for a CPU, over 300 s',
      why: 'above this, time spent polling is missing elsewhere',
    },
  },
  costs: ['Polling burns CPU time and power; without it each wake-up takes some microseconds longer.'],
  needs: {
    modules: ({ host }) => host.modules,
    words: ({ host }) => ifKnown(host.kernel.configuredCommandLine),
    boot: ({ host }) => ifKnown(knobAtBoot(host, path)),
    pressure: ({ host }) => ifKnown(host.kernel.pressure.cpu),
  },
  check({ modules, words, boot, pressure }, { intents, params }) {
    const kvm = modules.find(({ name }) => name === 'kvm');
    const text = kvm?.parameters.get('halt_poll_ns');
    if (text === undefined) return undecided(`${path} was not to be read`, `cat ${path}`);
    const ns = Number(text);
    if (!/^\d{1,10}$/.test(text)) return undecided(`${path} reads ${text}`);
    const evidence = [{ from: path, value: text }];
    const set = (value: number) => keepHaltPolling(text, String(value), words, boot);
    const intent = hostIntent(intents);
    if (intent === 'latency' && ns === 0)
      return bad('KVM does not poll, and guests here are for latency', {
        wants: `halt_poll_ns ${params.usualNs} or more`,
        so: 'each wake-up of an idle vCPU goes through the scheduler of the host',
        evidence,
        ...set(params.usualNs),
      });
    if (intent !== 'density') return intent === 'latency' || ns > 0 ? good : notApplicable('nothing asks for polling');
    const isShort = pressure !== undefined && pressure.some300 > params.shortage;
    if (ns > params.usualNs || (isShort && ns > 0)) {
      return bad(
        `KVM polls up to ${ns} ns for each vCPU that halts, on a ${isShort ? 'host short of CPU time' : 'host meant to be dense'}`,
        {
          wants: isShort ? 'halt_poll_ns 0' : `halt_poll_ns of at most ${params.usualNs}`,
          so: isShort ? `tasks wait for a CPU in ${pressure.some300} % of the time` : 'CPU time goes into waiting',
          evidence,
          ...set(isShort ? 0 : params.usualNs),
        },
      );
    }
    return good;
  },
  examples: [
    {
      name: '500000 on a dense host',
      files: { [path]: '500000' },
      intents: ['density'],
      expect: 'bad',
      severity: 'hint',
      fixes: ['sysfs', 'modprobe-option'],
    },
    {
      name: '500000 on a dense host, by the kernel command line',
      files: { [path]: '500000', '/etc/default/grub': 'GRUB_CMDLINE_LINUX_DEFAULT="kvm.halt_poll_ns=500000"\n' },
      intents: ['density'],
      expect: 'bad',
      severity: 'hint',
      fixes: ['sysfs', 'kernel-command-line'],
    },
    {
      name: '500000 on a dense host, written by tmpfiles.d',
      files: { [path]: '500000', '/etc/tmpfiles.d/kvm.conf': `w ${path} - - - - 500000\n` },
      intents: ['density'],
      expect: 'bad',
      fixes: ['sysfs'],
    },
    { name: '200000 on a dense host', intents: ['density'], expect: 'good' },
    { name: '200000 on a dense host that is short of CPU time', files: busy, intents: ['density'], expect: 'bad' },
    {
      name: 'off on a dense host that is short of CPU time',
      files: { ...busy, [path]: '0' },
      intents: ['density'],
      expect: 'good',
    },
    { name: 'off, for latency', files: { [path]: '0' }, intents: ['latency'], expect: 'bad' },
    { name: '200000 for latency', intents: ['latency'], expect: 'good' },
    { name: '200000, general guests', expect: 'good' },
    { name: 'off, general guests', files: { [path]: '0' }, expect: 'not-applicable' },
    { name: 'not readable', files: { [path]: 'denied' }, expect: 'unknown' },
  ],
});
