import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './answer.js';
import { hwlocConsoleAnswer, hwlocXmlAnswer } from './hwloc-answer.js';
import { fieldsOfJson, fieldsOfText, lscpuAllAnswer, lscpuParseAnswer, lscpuSummaryAnswer } from './lscpu-answer.js';

/** A machine whose files other projects test their tools with, and what those tools say of it. */
export interface MachineTree {
  readonly name: string;
  /** The folder that holds `proc` and `sys`. */
  readonly root: string;
  /** By the file that holds the answer. */
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Unpacks every tree of the shared data into a folder. Throws where tar or bzip2 is not installed. */
export function unpackMachineTrees(data: string, into: string): readonly MachineTree[] {
  return [
    ...trees(join(data, 'hwloc/machines'), '.tar.bz2', into).map(tree => ({
      ...tree,
      answers: hwlocAnswers(data, tree.name),
    })),
    ...trees(join(data, 'util-linux/lscpu'), '.tar.gz', into).map(tree => ({
      ...tree,
      answers: utilLinuxAnswers(join(data, 'util-linux/lscpu'), tree.name),
    })),
  ];
}

/** What no reading looks at and makes most of the files: caches, PCI devices, memory blocks, processor states. */
const notRead = [
  '*/cpu*/cache',
  '*/cpu*/cpuidle',
  '*/cpu*/cpufreq',
  '*/node*/memory[0-9]*',
  '*/pci*',
  '*/device-tree/*',
  '*/sys/bus',
];

function trees(folder: string, ending: string, into: string): readonly Pick<MachineTree, 'name' | 'root'>[] {
  return readdirSync(folder)
    .filter(file => file.endsWith(ending))
    .map(file => {
      const name = file.slice(0, -ending.length);
      const target = join(into, name);
      mkdirSync(target);
      execFileSync('tar', ['-xf', join(folder, file), '-C', target, ...notRead.map(pattern => `--exclude=${pattern}`)]);
      return { name, root: rootIn(target) };
    });
}

/** Archives have one folder on top, and those with CPUID dumps beside the tree one more. */
function rootIn(folder: string): string {
  if (existsSync(join(folder, 'sys'))) return folder;
  const [inner] = readdirSync(folder).filter(name => name !== 'cpuid');
  if (inner === undefined) throw new Error(`no tree in ${folder}`);
  return rootIn(join(folder, inner));
}

/** hwloc names the archive, the options and the expected output of each of its tests in a file `.test`. */
function hwlocAnswers(data: string, name: string): ReadonlyMap<string, Answer> {
  const machines = join(data, 'hwloc/machines');
  const answers = new Map<string, Answer>();
  for (const test of readdirSync(machines).filter(file => file.endsWith('.test'))) {
    const text = readFileSync(join(machines, test), 'utf8');
    if (/^source:\s*(\S+)$/m.exec(text)?.[1] !== `${name}.tar.bz2`) continue;
    const target = /^target:\s*(\S+)$/m.exec(text)?.[1] ?? '';
    const output = readFileSync(join(machines, target), 'utf8');
    answers.set(target, target.endsWith('.xml') ? hwlocXmlAnswer(output) : hwlocConsoleAnswer(output));
  }
  const expected = join(data, 'hwloc/expected');
  const add = (ending: string, read: (text: string) => Answer): void => {
    const file = join(expected, `${name}${ending}`);
    if (existsSync(file)) answers.set(`${name}${ending}`, read(readFileSync(file, 'utf8')));
  };
  add('.hwloc2.9.xml', hwlocXmlAnswer);
  add('.lscpu-parse.txt', text => lscpuParseAnswer(text, 'logical'));
  add('.lscpu-all.json', lscpuAllAnswer);
  add('.lscpu.json', text => lscpuSummaryAnswer(fieldsOfJson(text)));
  return answers;
}

function utilLinuxAnswers(folder: string, name: string): ReadonlyMap<string, Answer> {
  const text = readFileSync(join(folder, `${name}.expected.txt`), 'utf8');
  const [, logical = '', physical = ''] = text.split(/^# The following is the parsable format.*$/m);
  return new Map([
    ['lscpu', lscpuSummaryAnswer(fieldsOfText(text))],
    ['lscpu --parse', lscpuParseAnswer(logical, 'logical')],
    ['lscpu --parse --physical', lscpuParseAnswer(physical, 'physical')],
  ]);
}
