import { isRunning } from '#model/derived/committed-guests';
import type { Host } from '#model/host';
import { valueIfKnown } from '#model/known';
import type { CheckReport } from '#report/check-report';
import { clipped } from '#report/printable';
import { printBytes } from '#units/bytes';

/** Gives the lines that say what was looked at: the host with its versions and shape, the guests and their intents, by which policy. */
export function headerWords(report: CheckReport): readonly string[] {
  const { machine, outcomes } = report;
  const lines: string[] = [];
  if (machine.extent === 'host') {
    lines.push([`host ${valueIfKnown(machine.host.name) ?? machine.source}`, ...hostWords(machine.host)].join(' · '));
  } else lines.push(machine.source, 'no host was given: rules about it do not run');
  if (report.policy === 'guide')
    lines.push(
      'judged by the letter of the guide (--policy guide): where it errs or has aged, nearmetal guide --errata tells',
    );
  if (report.settings !== undefined && report.settings.length > 0)
    lines.push(`settings: ${report.settings.join(', ')}`);
  if (machine.guests.state === 'known') {
    const guests = machine.guests.value;
    const running = guests.filter(guest => valueIfKnown(isRunning(guest)) === true).length;
    const isStateKnown = guests.some(guest => guest.state.state === 'known');
    const intents = new Map<string, number>();
    const oneRule = outcomes.find(one => one.subject.kind === 'guest')?.rule;
    outcomes.forEach(({ rule, intents: ofOne }) => {
      if (rule === oneRule) for (const intent of ofOne) intents.set(intent, (intents.get(intent) ?? 0) + 1);
    });
    const shape = `${guests.length} ${guests.length === 1 ? 'guest' : 'guests'}${isStateKnown ? ` (${running} running)` : ''}`;
    const intentWords = [...intents].map(([intent, count]) => `${intent} ${count}`).join(', ');
    lines.push(intentWords === '' ? shape : `${shape}, intents: ${intentWords}`);
  } else {
    const why = machine.guests.state === 'unknown' ? machine.guests.reason : 'there are none';
    lines.push(`guests: not looked at, ${why}`);
  }
  return lines.map(line => clipped(line, 1000));
}

function hostWords(host: Host): readonly string[] {
  const distribution = valueIfKnown(host.distribution)?.name;
  const kernel = valueIfKnown(host.kernel.version)?.text;
  const qemu = valueIfKnown(host.qemu)?.text;
  const libvirt = valueIfKnown(host.libvirt.version)?.text;
  const total = valueIfKnown(host.memory.total);
  const nodes = valueIfKnown(host.nodes)?.length;
  return [
    distribution,
    kernel === undefined ? undefined : `kernel ${kernel}`,
    qemu === undefined ? undefined : `QEMU ${qemu}`,
    libvirt === undefined ? undefined : `libvirt ${libvirt}`,
    [
      cpuWords(host),
      nodes === undefined ? undefined : `${nodes} NUMA ${nodes === 1 ? 'node' : 'nodes'}`,
      total === undefined ? undefined : printBytes(total),
    ]
      .filter(word => word !== undefined)
      .join(', '),
  ].flatMap(word => (word === undefined || word === '' ? [] : [word]));
}

/** `2 × 18 cores × 2 threads`: packages, cores in each, threads in each core; only the CPU count where the shape is uneven. */
function cpuWords(host: Host): string | undefined {
  const cpus = valueIfKnown(host.cpus)?.filter(cpu => cpu.online);
  if (cpus === undefined) return undefined;
  const packages = new Set(cpus.map(cpu => cpu.socket));
  const cores = new Set(cpus.map(cpu => cpu.siblings?.toString() ?? `cpu${cpu.cpu}`));
  const perPackage = cores.size / packages.size;
  const threads = cpus.length / cores.size;
  if (!Number.isInteger(perPackage) || !Number.isInteger(threads)) return `${cpus.length} CPUs, ${cores.size} cores`;
  return `${packages.size} × ${perPackage} ${perPackage === 1 ? 'core' : 'cores'} × ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
