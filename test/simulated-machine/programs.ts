import type { SimulatedFiles } from './simulated-files.js';
import type { SimulatedUnits } from './simulated-units.js';

/** What a program can reach of its machine. */
/** What a program finds on the machine that it runs on. */
export interface ProgramHost {
  readonly files: SimulatedFiles;
  readonly units: SimulatedUnits;
  /** Text of a file; undefined: it is not there. */
  text(path: string): string | undefined;
}

/** A program: takes the words behind its name; what is left out of the answer is success, and silence. */
export type Program = (
  words: readonly string[],
  machine: ProgramHost,
) => { readonly code?: number; readonly output?: string } | undefined;

/** Programs that any machine has. */
export const programs: Readonly<Record<string, Program>> = {
  systemctl,
  mount,
  umount,
  // what a rule would write is written by the step that goes with it
  udevadm: () => undefined,
  // what boot loaders make of their settings shows in no file that is read
  'update-grub': () => undefined,
  'grub-mkconfig': () => undefined,
  'grub2-mkconfig': () => undefined,
  sdbootutil: () => undefined,
  'tuned-adm': () => undefined,
};

function systemctl(words: readonly string[], machine: ProgramHost): ReturnType<Program> {
  const [verb, ...names] = words.filter(word => !word.startsWith('-'));
  const units = names.map(name => (/\.[a-z]+$/.test(name) ? name : `${name}.service`));
  const isNow = words.includes('--now');
  try {
    for (const unit of units) {
      if (verb === 'enable' || verb === 'disable') machine.units.setEnabled(unit, verb === 'enable');
      if (verb === 'mask' || verb === 'unmask') machine.units.setMasked(unit, verb === 'mask');
      if (verb === 'start' || verb === 'restart' || (verb === 'enable' && isNow)) setActive(machine, unit, true);
      if (verb === 'stop' || ((verb === 'disable' || verb === 'mask') && isNow)) setActive(machine, unit, false);
    }
  } catch (error) {
    return { code: 1, output: error instanceof Error ? error.message : 'failed' };
  }
  return undefined;
}

/** A unit that starts or stops does what it is there for, as far as that shows in files. */
function setActive(machine: ProgramHost, name: string, isActive: boolean): void {
  const was = machine.units.observe(name).isActive;
  machine.units.setActive(name, isActive);
  if (was === isActive) return;
  if (name === 'ksm.service' && machine.text('/sys/kernel/mm/ksm/run') !== undefined)
    machine.files.writeKnob('/sys/kernel/mm/ksm/run', isActive ? '1' : '0');
  if (!name.endsWith('.mount')) return;
  const text = machine.units.textOf(name) ?? '';
  const setting = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  if (isActive) addMount(machine, setting('What'), setting('Where'), setting('Type'), setting('Options'));
  else takeMount(machine, setting('Where'));
}

const tables = ['/proc/self/mounts', '/proc/mounts'];

function addMount(machine: ProgramHost, what: string, where: string, type: string, options: string): void {
  // the kernel prints the page size of hugetlbfs in its own way
  const told = options.replace(/pagesize=(\d+[KMG])B?/, 'pagesize=$1');
  const line = `${what} ${where} ${type} rw,relatime${told === '' ? '' : `,${told}`} 0 0\n`;
  for (const table of tables) {
    const text = machine.text(table);
    if (text !== undefined) machine.files.write(table, `${text}${line}`);
  }
}

function takeMount(machine: ProgramHost, where: string): void {
  for (const table of tables) {
    const lines = machine.text(table)?.split('\n');
    const at = lines?.findLastIndex(line => line.split(' ')[1] === where) ?? -1;
    if (lines !== undefined && at >= 0) machine.files.write(table, lines.toSpliced(at, 1).join('\n'));
  }
}

function mount(words: readonly string[], machine: ProgramHost): ReturnType<Program> {
  const optionsAt = words.indexOf('-o');
  const options = words[optionsAt + 1] ?? '';
  const where = words.at(-1) ?? '';
  if (optionsAt < 0 || !options.startsWith('remount,')) return { code: 32, output: 'only remounts are simulated' };
  const asked = options.split(',').slice(1);
  for (const table of tables) {
    const lines = machine.text(table)?.split('\n');
    const at = lines?.findLastIndex(line => line.split(' ')[1] === where) ?? -1;
    const [what, target, type, told = '', ...rest] = lines?.[at]?.split(' ') ?? [];
    if (lines === undefined || what === undefined) continue;
    const nameOf = (option: string): string => option.split('=', 1)[0] ?? '';
    const kept = told.split(',').filter(one => !asked.some(other => nameOf(other) === nameOf(one)));
    // linux: mm/shmem.c, shmem_show_options: what is off is not shown
    const shown = [...kept, ...asked.filter(one => one !== 'huge=never')];
    machine.files.write(table, lines.with(at, [what, target, type, shown.join(','), ...rest].join(' ')).join('\n'));
  }
  return undefined;
}

function umount(words: readonly string[], machine: ProgramHost): ReturnType<Program> {
  takeMount(machine, words.at(-1) ?? '');
  return undefined;
}
