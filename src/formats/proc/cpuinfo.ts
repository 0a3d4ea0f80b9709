import { armPart, armVendor } from '#formats/proc/arm-parts';
import type { CpuModel } from '#model/cpu';

/** What /proc/cpuinfo tells. */
export interface Cpuinfo {
  /** The first value of each field: of the first CPU, or of the machine. */
  readonly fields: ReadonlyMap<string, string>;
  /** CPUs that are online, in the order of the file. */
  readonly processors: readonly CpuinfoProcessor[];
}

/** One CPU of /proc/cpuinfo, by the kernel's ids; package and core only where the architecture writes them (x86, ia64, loongarch). */
export interface CpuinfoProcessor {
  readonly cpu: number;
  readonly socket: number | undefined;
  readonly core: number | undefined;
}

const mostProcessors = 65_536;

/**
 * Reads /proc/cpuinfo, which every architecture writes its own way (linux: arch/*\/kernel/…, seq_operations cpuinfo_op): lines
 * `name : value`, records parted by blank lines. s390x numbers its CPUs in the name (`processor 0: version = FF`), sparc in a list of
 * states (`CPU6: online`). Gives undefined where no line has the form.
 */
export function parseCpuinfo(text: string): Cpuinfo | undefined {
  const fields = new Map<string, string>();
  const processors = new Map<number, { cpu: number; socket: number | undefined; core: number | undefined }>();
  let current: { cpu: number; socket: number | undefined; core: number | undefined } | undefined;
  const begin = (id: string): void => {
    const cpu = Number(id);
    if (processors.size >= mostProcessors || cpu >= mostProcessors) return;
    current = { cpu, socket: undefined, core: undefined };
    processors.set(cpu, current);
  };
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end);
    at = end + 1;
    const colon = line.indexOf(':');
    if (colon === -1) continue;
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1);
    if (name.length <= 64 && !fields.has(name)) fields.set(name, value.trim());
    const id = name === 'processor' ? value.trim() : /^(?:processor |CPU)(\d{1,5})$/.exec(name)?.[1];
    if (id !== undefined && /^\d{1,5}$/.test(id)) begin(id);
    else if (current === undefined) continue;
    else if (name === 'physical id' || name === 'package') current.socket ??= idOf(value);
    else if (name === 'core id' || name === 'core') current.core ??= idOf(value);
  }
  return fields.size === 0 ? undefined : { fields, processors: [...processors.values()] };
}

const idOf = (value: string): number | undefined => (/^\s*\d{1,9}\s*$/.test(value) ? Number(value) : undefined);

/** Gives vendor, model name and flags of the first CPU, whatever its architecture calls them. */
export function cpuModelOf({ fields }: Cpuinfo): CpuModel {
  const first = (...names: readonly string[]): string | undefined =>
    names.map(name => fields.get(name)).find(value => value !== undefined && value !== '');
  const implementer = fields.get('CPU implementer');
  const machine = /\bmachine = (\w{1,16})/.exec(fields.get('processor 0') ?? '')?.[1];
  return {
    vendor:
      first('vendor_id', 'vendor', 'mvendorid') ?? (implementer === undefined ? undefined : armVendor(implementer)),
    name:
      first('model name', 'Model Name', 'cpu model', 'cpu', 'uarch') ??
      armPart(implementer, fields.get('CPU part')) ??
      fields.get('Processor') ??
      (machine === undefined ? undefined : `machine type ${machine}`),
    flags: new Set(
      (first('flags', 'Features', 'features', 'isa', 'cpucaps') ?? '').split(/[\s,]+/).filter(flag => flag !== ''),
    ),
  };
}

/**
 * Gives the architecture, as `uname -m` would say it, that the fields speak of; undefined where they fit several (ppc64 and ppc64le
 * write the same).
 */
export function architectureOf({ fields }: Cpuinfo): string | undefined {
  const words = (name: string): ReadonlySet<string> => new Set((fields.get(name) ?? '').split(/\s+/));
  // a 32-bit x86 kernel writes of old bugs that a 64-bit one cannot meet
  if (fields.has('flags') && fields.has('vendor_id'))
    return words('flags').has('lm') && !fields.has('fdiv_bug') ? 'x86_64' : 'i686';
  if (fields.has('CPU implementer')) {
    if (words('Features').has('asimd')) return 'aarch64';
    return /\((v\d\w)\)/.exec(fields.get('Processor') ?? fields.get('model name') ?? '')?.[1]?.replace('v', 'armv');
  }
  if (fields.get('vendor_id') === 'IBM/S390') return words('features').has('zarch') ? 's390x' : 's390';
  if (fields.get('CPU Family') === 'Loongson-64bit') return 'loongarch64';
  const isa = fields.get('isa') ?? '';
  if (isa.startsWith('rv64')) return 'riscv64';
  if (isa.startsWith('rv32')) return 'riscv32';
  if (/^sun4[uv]$/.test(fields.get('type') ?? '')) return 'sparc64';
  return fields.get('arch') === 'IA-64' ? 'ia64' : undefined;
}
