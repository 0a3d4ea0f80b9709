import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { Look, Observed } from '#change/observed';
import { wasSeen } from '#change/was-seen';
import { moduleOptions } from '#formats/conf/modprobe-options';
import { setOwnLine } from '#formats/conf/own-file';

type Ours = Change<'modprobe-option', string | undefined>;

/** Our own file of modprobe.d(5). */
const ours = '/etc/modprobe.d/nearmetal.conf';
const folders = ['/etc/modprobe.d', '/usr/lib/modprobe.d'] as const;

/** Gives a module a parameter when it is loaded next; undefined: we give none. The running value is another change. */
export const setModuleOption = (
  module: string,
  parameter: string,
  before: string | undefined,
  after: string | undefined,
): Ours => ({
  kind: 'modprobe-option',
  on: `${ours} ${module} ${parameter}`,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'host-reboot',
});

const isState = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && /^[\w,.:+/-]{1,256}$/.test(value));

const partsOf = (on: string): { readonly module: string; readonly parameter: string } => {
  const [, module = '', parameter = ''] = on.split(' ');
  return { module, parameter };
};

const canonical = (name: string): string => name.replaceAll('-', '_');

const valueIn = (text: string, on: string): string | undefined => {
  const { module, parameter } = partsOf(on);
  return moduleOptions(text).findLast(option => option.module === canonical(module) && option.parameter === parameter)
    ?.value;
};

/** Files that modprobe reads behind ours: by name, whatever their folder. */
const later = (seen: Observed): readonly string[] =>
  folders.flatMap(folder =>
    (seen.folder(folder) ?? [])
      .filter(name => name.endsWith('.conf') && name > 'nearmetal.conf')
      .map(name => `${folder}/${name}`),
  );

/** `modprobe-option`: a parameter of a module in our file of modprobe.d. */
export const modprobeOptionKind = defineKind<'modprobe-option', string | undefined>({
  kind: 'modprobe-option',
  isState,
  faultOf(on) {
    const [file, module = '', parameter = '', ...more] = on.split(' ');
    const isSound = file === ours && /^[\w-]{1,64}$/.test(module) && /^\w{1,64}$/.test(parameter) && more.length === 0;
    return isSound ? undefined : `“${on}” is not “${ours} MODULE PARAMETER”`;
  },
  // the parameter that runs and the one that the next load gives are one knob
  knobs: ({ on, after }) => [
    { knob: `file /sys/module/${canonical(partsOf(on).module)}/parameters/${partsOf(on).parameter}`, to: after },
  ],
  looks(_, seen) {
    const first: readonly Look[] = [
      { look: 'file', path: ours },
      ...folders.map((path): Look => ({ look: 'folder', path })),
    ];
    return first.every(look => wasSeen(seen, look))
      ? [...first, ...later(seen).map((path): Look => ({ look: 'file', path }))]
      : first;
  },
  obstacle({ on, after }, seen) {
    if (after === undefined) return undefined;
    const owner = later(seen).find(path => valueIn(seen.file(path) ?? '', on) !== undefined);
    const { module, parameter } = partsOf(on);
    return owner === undefined
      ? undefined
      : `${owner} sets ${parameter} of ${module} and is read last: set it to ${after} there.`;
  },
  state: ({ on }, seen) => valueIn(seen.file(ours) ?? '', on),
  steps({ on, after }, seen) {
    const { module, parameter } = partsOf(on);
    const line = after === undefined ? undefined : `options ${module} ${parameter}=${after}`;
    return [
      { do: 'write-file', path: ours, text: setOwnLine(seen.file(ours), one => valueIn(one, on) !== undefined, line) },
    ];
  },
});
