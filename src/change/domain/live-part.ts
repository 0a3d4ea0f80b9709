import type { LiveAnswer, LivePart } from '#change/domain/live-answer';
import { deviceCall } from '#change/domain/live-device';
import type { LiveHost } from '#change/domain/live-host';
import { type LiveCall, type MemoryLimit, type SchedulerValue, unlimitedKib } from '#change/live-call';
import { parseXml } from '#formats/xml/parse-xml';
import type { XmlElement } from '#formats/xml/xml-document';
import { selectFirst } from '#formats/xml/xml-path';
import { attribute, childText, text } from '#formats/xml/xml-tree';

/** One thing that libvirt's QEMU driver (9.0) can change while a guest runs. */
interface LiveWay {
  readonly path: RegExp;
  readonly calls: (part: LivePart, key: string, domain: XmlElement, host: LiveHost) => LiveAnswer;
}

/** Gives the calls of libvirt that change a part of a running guest, or why it cannot be changed before the guest is started anew. */
export function callsForPart(part: LivePart, domain: XmlElement, host: LiveHost): LiveAnswer {
  for (const { path, calls } of ways) {
    const found = path.exec(part.path);
    if (found !== null) return calls(part, found[1] ?? '', domain, host);
  }
  return deviceCall(part, domain) ?? { why: `libvirt cannot change ${part.path} while the guest runs` };
}

const ways: readonly LiveWay[] = [
  {
    path: /^cputune\/vcpupin\[@vcpu='(\d{1,5})'\](?:\/@cpuset)?$/,
    calls: ({ to }, vcpu, domain, host) =>
      Number(vcpu) >= numberIn(domain, 'vcpu')
        ? { why: `the running guest has no vCPU ${vcpu}` }
        : pinned(cpusetIn(to) ?? freeCpus(domain, host), cpus => ({ call: 'pin-vcpu', vcpu: Number(vcpu), cpus })),
  },
  {
    path: /^cputune\/emulatorpin(?:\/@cpuset)?$/,
    calls: ({ to }, _, domain, host) =>
      pinned(cpusetIn(to) ?? freeCpus(domain, host), cpus => ({ call: 'pin-emulator', cpus })),
  },
  {
    path: /^cputune\/iothreadpin\[@iothread='(\d{1,5})'\](?:\/@cpuset)?$/,
    calls: ({ to }, iothread, domain, host) =>
      pinned(cpusetIn(to) ?? freeCpus(domain, host), cpus => ({
        call: 'pin-iothread',
        iothread: Number(iothread),
        cpus,
      })),
  },
  { path: /^iothreads$/, calls: ({ to }, _, domain) => iothreadCalls(domain, Number(to ?? 0)) },
  {
    path: /^devices\/memballoon\/stats(?:\/@period)?$/,
    calls: ({ to }, _, domain) => {
      const seconds = to?.startsWith('<') === true ? attribute(parseXml(to, { file: 'stats' }).root, 'period') : to;
      return hasBalloon(domain) ? [{ call: 'set-balloon-period', seconds: Number(seconds ?? 0) }] : noBalloon;
    },
  },
  {
    path: /^currentMemory$/,
    calls: ({ to }, _, domain) => {
      const most = numberIn(domain, 'memory');
      const kib = Number(to ?? most);
      if (kib > most) return { why: 'the running guest has less memory than that' };
      return hasBalloon(domain) ? [{ call: 'set-memory', kib }] : noBalloon;
    },
  },
  {
    path: /^vcpu\/@current$/,
    calls: ({ to }, _, domain) => {
      const most = numberIn(domain, 'vcpu');
      const count = Number(to ?? most);
      return count > most
        ? { why: `the running guest can have ${most} vCPUs at most` }
        : [{ call: 'set-vcpus', count }];
    },
  },
  { path: /^numatune\/memory(?:\/@nodeset)?$/, calls: ({ to }, _, domain, host) => numaCalls(to, domain, host) },
  {
    path: /^memtune\/(hard_limit|soft_limit|swap_hard_limit)$/,
    calls: ({ to }, limit, __, { controllers }) => {
      if (!controllers.has('memory')) return noController('memory');
      const kib = to?.startsWith('<') === true ? text(parseXml(to, { file: limit }).root) : to;
      return isLimit(limit)
        ? [{ call: 'set-memory-limits', limits: { [limit]: kib === undefined ? unlimitedKib : Number(kib) } }]
        : { why: `${limit} is no limit` };
    },
  },
  {
    path: /^cputune\/(shares|period|quota|global_period|global_quota|emulator_period|emulator_quota|iothread_period|iothread_quota)$/,
    calls: ({ from, to }, name, _, { controllers }) => {
      if (!controllers.has('cpu')) return noController('cpu');
      const value = schedulerValues[name];
      if (to === undefined || from === undefined || value === undefined)
        return { why: `libvirt changes ${name} of a running guest, and cannot take it away again` };
      return [{ call: 'set-scheduler', values: { [value]: Number(to) } }];
    },
  },
  {
    path: /^devices\/disk\[target\/@dev='([\w-]{1,64})'\]\/iotune\/\w{1,64}$/,
    calls: ({ path, to }, disk) => [
      { call: 'set-iotune', disk, values: { [path.slice(path.lastIndexOf('/') + 1)]: Number(to ?? 0) } },
    ],
  },
];

const schedulerValues: Readonly<Record<string, SchedulerValue>> = {
  shares: 'cpu_shares',
  period: 'vcpu_period',
  quota: 'vcpu_quota',
  global_period: 'global_period',
  global_quota: 'global_quota',
  emulator_period: 'emulator_period',
  emulator_quota: 'emulator_quota',
  iothread_period: 'iothread_period',
  iothread_quota: 'iothread_quota',
};

const isLimit = (name: string): name is MemoryLimit => ['hard_limit', 'soft_limit', 'swap_hard_limit'].includes(name);

const noBalloon: LiveAnswer = { why: 'the running guest has no balloon' };
const noController = (name: string): LiveAnswer => ({ why: `this host has no cgroup controller ${name}` });

const numberIn = (domain: XmlElement, name: string): number => Number(childText(domain, name) ?? Number.NaN);

const hasBalloon = (domain: XmlElement): boolean =>
  attribute(selectFirst(domain, 'devices/memballoon') ?? domain, 'model')?.startsWith('virtio') === true;

const cpusetIn = (content: string | undefined): string | undefined =>
  content?.startsWith('<') === true ? attribute(parseXml(content, { file: 'pin' }).root, 'cpuset') : content;

/** The CPUs of a thread that is not bound by itself. */
export const freeCpus = (domain: XmlElement, { cpus }: Pick<LiveHost, 'cpus'>): string | undefined => {
  const own = selectFirst(domain, 'vcpu');
  return (own && attribute(own, 'cpuset')) ?? cpus;
};

const pinned = (cpus: string | undefined, call: (cpus: string) => LiveCall): LiveAnswer =>
  cpus === undefined ? { why: 'it is not known which CPUs of the host are on' } : [call(cpus)];

/** I/O threads are numbered from 1, or as iothreadids says. */
function iothreadCalls(domain: XmlElement, wanted: number): LiveAnswer {
  const there = iothreadNumbers(domain);
  const missing = Array.from({ length: wanted }, (_, at) => at + 1).filter(id => !there.includes(id));
  const spare = there.filter(id => id > wanted).reverse();
  const add = missing.slice(0, Math.max(0, wanted - there.length));
  const remove = spare.slice(0, Math.max(0, there.length - wanted));
  return [
    ...add.map((iothread): LiveCall => ({ call: 'add-iothread', iothread })),
    ...remove.map((iothread): LiveCall => ({ call: 'remove-iothread', iothread })),
  ];
}

function iothreadNumbers(domain: XmlElement): readonly number[] {
  const ids = selectFirst(domain, 'iothreadids')?.children.map(one => Number(attribute(one, 'id'))) ?? [];
  const count = Number(childText(domain, 'iothreads') ?? ids.length);
  const free = Array.from({ length: count }, (_, at) => at + 1).filter(id => !ids.includes(id));
  return [...ids, ...free.slice(0, Math.max(0, count - ids.length))].sort((a, b) => a - b);
}

/** Only `restrictive` memory follows a change of nodes: libvirt 9.0 refuses it for the other modes. */
function numaCalls(to: string | undefined, domain: XmlElement, { controllers }: LiveHost): LiveAnswer {
  if (!controllers.has('cpuset')) return noController('cpuset');
  const now = selectFirst(domain, 'numatune/memory');
  const wanted = to?.startsWith('<') === true ? parseXml(to, { file: 'numatune' }).root : undefined;
  const isRestrictive = (memory: XmlElement | undefined): boolean =>
    memory !== undefined && attribute(memory, 'mode') === 'restrictive';
  const nodes = wanted === undefined ? to : attribute(wanted, 'nodeset');
  return !isRestrictive(now) || (wanted !== undefined && !isRestrictive(wanted)) || nodes === undefined
    ? { why: 'libvirt gives a running guest other nodes only where the mode of its memory is restrictive and stays so' }
    : [{ call: 'set-numa-nodes', nodes }];
}
