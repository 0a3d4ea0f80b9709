import { add, argumentsOf, cpu, drop, intent, type Planted, pins, put, set, vcpus } from './planted.js';

const invtsc = "<feature policy='require' name='invtsc'/>";
const realtime = "<vcpusched vcpus='0-1' scheduler='fifo' priority='1'/>";
const tscClock = put(
  '/clock',
  "<clock offset='utc'><timer name='tsc' frequency='2900000000' mode='native'/><timer name='hpet' present='no'/></clock>",
);
const named = (model: string, more = ''): string =>
  `<cpu mode='custom' match='exact' check='partial'><model fallback='forbid'>${model}</model>${more}</cpu>`;

/** Faults of CPU models, topology and pins. */
export const guestCpu: readonly Planted[] = [
  {
    rule: 'guest-cpu/emulatorpin',
    fault: 'realtime, QEMU’s own threads on any CPU',
    severity: 'warning',
    both: [intent('latency')],
    fail: [...pins(['1', '9'], realtime)],
    pass: [...pins(['1', '9'], `<emulatorpin cpuset='0,8'/>${realtime}`)],
  },
  {
    rule: 'guest-cpu/iothreadpin',
    fault: 'I/O threads on any CPU',
    severity: 'hint',
    both: [...add('<iothreads>1</iothreads>')],
    fail: [...pins(['1', '9'], "<emulatorpin cpuset='0,8'/>")],
    pass: [...pins(['1', '9'], "<emulatorpin cpuset='0,8'/><iothreadpin iothread='1' cpuset='0,8'/>")],
  },
  {
    rule: 'guest-cpu/hint-dedicated',
    fault: 'told of CPUs of its own on shared ones',
    severity: 'warning',
    both: [cpu("<cpu mode='host-passthrough' check='none'/>")],
    fail: [put('/features', "<features><acpi/><apic/><kvm><hint-dedicated state='on'/></kvm></features>")],
  },
  {
    rule: 'guest-cpu/invtsc',
    fault: 'invtsc in a guest that is to migrate',
    severity: 'error',
    both: [intent('migratable'), cpu(`<cpu mode='host-model' check='partial'>${invtsc}</cpu>`)],
    fail: [],
    pass: [tscClock],
  },
  {
    rule: 'guest-cpu/model-not-default',
    fault: 'qemu64',
    severity: 'warning',
    fail: [cpu("<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>")],
    mayBeside: ['guest-cpu/model-usable'],
  },
  {
    rule: 'guest-cpu/model-not-default',
    fault: 'no model at all, which libvirt makes qemu64',
    severity: 'warning',
    fail: [drop('/cpu')],
    mayBeside: ['guest-cpu/model-usable'],
  },
  {
    rule: 'guest-cpu/model-usable',
    fault: 'a model whose features the host has not',
    severity: 'error',
    fail: [cpu(named('Broadwell'))],
    pass: [cpu(named('pentium3'))],
  },
  {
    rule: 'guest-cpu/no-cpu-commandline',
    fault: '-cpu handed to QEMU',
    severity: 'warning',
    fail: [...argumentsOf('-cpu', 'host,migratable=off,+invtsc')],
    pass: [cpu(`<cpu mode='host-passthrough' check='none' migratable='off'>${invtsc}</cpu>`)],
  },
  {
    rule: 'guest-cpu/pinning-for-cpu-intensive',
    fault: 'for latency, and no pins',
    severity: 'warning',
    both: [intent('latency')],
    fail: [],
    pass: [...pins(['1', '9'])],
  },
  {
    rule: 'guest-cpu/pinning-valid',
    fault: 'CPU 64 of a host of 16',
    severity: 'error',
    fail: [...pins(['64'])],
    pass: [...pins(['0'])],
  },
  {
    rule: 'guest-cpu/single-threaded',
    fault: 'two vCPUs for work of one thread',
    severity: 'hint',
    both: [intent('single-threaded')],
    fail: [vcpus(2)],
    pass: [vcpus(1)],
  },
  {
    rule: 'guest-cpu/topology-similar',
    fault: 'six vCPUs, one socket of four cores',
    severity: 'error',
    both: [vcpus(6)],
    fail: [cpu("<cpu mode='host-model'><topology sockets='1' dies='1' cores='4' threads='1'/></cpu>")],
    refused: { code: 67, says: /CPU topology doesn't match maximum vcpu count/ },
    pass: [cpu("<cpu mode='host-model'><topology sockets='1' dies='1' cores='6' threads='1'/></cpu>")],
  },
  {
    rule: 'guest-cpu/vcpu-hotplug',
    fault: 'all of four vCPUs on, where more are to be added',
    severity: 'warning',
    both: [intent('cpu-hotplug')],
    fail: [vcpus(4)],
    pass: [vcpus(8), set('/vcpu', 'current', '2')],
  },
  {
    rule: 'guest-cpu/vcpus-exceed-host',
    fault: '17 vCPUs on a host of 16 CPUs',
    severity: 'error',
    fail: [vcpus(17)],
    pass: [vcpus(16)],
  },
];
