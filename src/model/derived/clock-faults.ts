import type { Clock } from '#model/domain-resources';

/** One thing wrong with a clock, and what puts it right. */
export interface ClockFault {
  /** Stable name: `hpet`, `offset`. */
  readonly key: string;
  readonly saw: string;
  readonly severity: 'warning' | 'hint';
  /** Path of the edit from the domain element; undefined where a person must decide. */
  readonly path?: string;
  readonly before?: string | undefined;
  readonly after?: string;
}

/** Whether the clock of the machine runs in UTC, which is what is meant where nothing is said. */
const isUtc = ({ offset = 'utc', basis = 'utc' }: Partial<Clock>): boolean =>
  offset === 'utc' || offset === 'absolute' || (offset === 'variable' && basis === 'utc');

function timerFault(
  found: Clock['timers'],
  name: string,
  attribute: 'present' | 'tickpolicy',
  wanted: string,
  saw: string,
  severity: 'warning' | 'hint',
): ClockFault[] {
  const timer = found.find(one => one.name === name);
  const present = timer?.isPresent === undefined ? undefined : timer.isPresent ? 'yes' : 'no';
  const has = attribute === 'present' ? present : timer?.tickPolicy;
  if (has === wanted || (attribute === 'tickpolicy' && present === 'no')) return [];
  const path = `clock/timer[@name='${name}']`;
  return [
    timer === undefined
      ? { key: name, saw, severity, path, after: `<timer name='${name}' ${attribute}='${wanted}'/>` }
      : { key: name, saw, severity, path: `${path}/@${attribute}`, before: has, after: wanted },
  ];
}

/** Gives what does not suit the system in the clock of a KVM guest on x86: libvirt formatdomain, clock; QEMU system/i386/hyperv.rst. */
export function clockFaults(found: Partial<Clock>, system: 'windows' | 'linux'): readonly ClockFault[] {
  const { timers: list = [], offset, basis = 'utc' } = found;
  const level = system === 'windows' ? 'warning' : 'hint';
  const common = [...timerFault(list, 'hpet', 'present', 'no', 'an HPET, which costs CPU time at each tick', level)];
  if (system === 'windows') {
    const offsetFault: ClockFault = {
      key: 'offset',
      saw: 'a clock in UTC, which Windows takes for local time unless RealTimeIsUniversal is set',
      severity: 'hint',
    };
    return [
      ...timerFault(list, 'hypervclock', 'present', 'yes', 'no Hyper-V clock', level),
      ...common,
      ...(isUtc(found) ? [offsetFault] : []),
    ];
  }
  const isLocal = offset === 'localtime' || (offset === 'variable' && basis === 'localtime');
  const local: ClockFault = {
    key: 'offset',
    saw: 'a clock in local time, which Linux takes for UTC',
    severity: 'warning',
    ...(offset === 'localtime' ? { path: 'clock/@offset', before: offset, after: 'utc' } : {}),
  };
  const isKvmclockOff = list.some(({ name, isPresent }) => name === 'kvmclock' && isPresent === false);
  return [
    ...(isLocal ? [local] : []),
    ...(isKvmclockOff ? timerFault(list, 'kvmclock', 'present', 'yes', 'no kvmclock', 'warning') : []),
    ...common,
    ...timerFault(list, 'rtc', 'tickpolicy', 'catchup', 'an RTC that loses ticks', level),
    ...timerFault(list, 'pit', 'tickpolicy', 'delay', 'a PIT without tick policy delay', level),
  ];
}
