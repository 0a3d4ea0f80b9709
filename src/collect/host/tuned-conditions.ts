import { textIfThere } from '#collect/file-facts';
import { architecture } from '#collect/host/architecture';
import type { Sources } from '#collect/sources';
import { valueIfKnown } from '#model/known';

/** Files that a condition is judged by. */
export const tunedConditionFiles = [
  '/proc/cpuinfo',
  '/proc/sys/kernel/*',
  ...architecture.ways.flatMap(way => ('file' in way ? [way.file] : [])),
] as const;

/** Conditions of a section of a tuned profile: regular expressions of Python. */
export interface TunedConditions {
  /** Searched in /proc/cpuinfo. */
  readonly cpuinfo: string | undefined;
  /** Searched in system, host name, release, version and architecture. */
  readonly uname: string | undefined;
  /** Searched in the udev properties of each device. */
  readonly devices: string | undefined;
}

/**
 * Judges the conditions of a section. Only plain words are searched for: a pattern from a file is never run, for it may take forever and
 * means something else to Python. What is left open is given as text.
 */
export function judgeTunedCondition(
  sources: Sources,
  { cpuinfo, uname, devices }: TunedConditions,
): 'holds' | 'fails' | { readonly open: string } {
  const open: string[] = [];
  for (const [name, pattern, text] of [
    ['uname_regex', uname, () => unameOf(sources)],
    ['cpuinfo_regex', cpuinfo, () => textIfThere(sources, '/proc/cpuinfo')],
    ['devices_udev_regex', devices, () => undefined],
  ] as const) {
    if (pattern === undefined) continue;
    const searched = /^[\w -]+$/.test(pattern) ? text() : undefined;
    if (searched === undefined) open.push(`${name}=${pattern}`);
    else if (!searched.includes(pattern)) return 'fails';
  }
  return open.length === 0 ? 'holds' : { open: open.join(' ').slice(0, 400) };
}

function unameOf(sources: Sources): string | undefined {
  const machine = valueIfKnown(architecture.read(sources));
  if (machine === undefined) return undefined;
  const parts = ['ostype', 'hostname', 'osrelease', 'version'].map(name =>
    textIfThere(sources, `/proc/sys/kernel/${name}`),
  );
  return parts.includes(undefined) ? undefined : [...parts, machine].join(' ');
}
