import { defineGate } from '#check/define-gate';

export default defineGate({
  id: 'libvirt-hygiene/test-before-production',
  subject: 'host',
  guide: ['2.2', '2.1'],
  severity: 'info',
  says: 'A change whose gain depends on the workload was measured on a guest of that kind before it comes to production.',
  because:
    'Huge pages, merging, swappiness, schedulers, cluster sizes, pins and NUMA settings help one workload and harm another: only a measurement of this one tells.',
  gate: 'a plan for a guest or host in production names the figure to watch (steal, iowait, latency) and goes to one guest first; a measurement of the same change on a guest of the same system and machine type answers it. It never blocks.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 2.1 and 2.2' },
    { grade: 'folklore', at: 'one canary before the fleet: practice of most operators' },
  ],
  intents: {},
  params: {},
  costs: ['A guest to try things on, and the time of a run.'],
});
