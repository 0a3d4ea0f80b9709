import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import { sysctlDropIn } from '#change/kinds/sysctl';
import type { KnobSetting } from '#change/knob-setting';
import type { Observed } from '#change/observed';
import type { Step } from '#change/step';
import { setOwnLine } from '#formats/conf/own-file';
import { parseSysctlFile } from '#formats/conf/sysctl-file';

/**
 * How much memory may wait to be written: bytes, or a share of what is available in percent. The kernel keeps one of the two; a write to
 * the one sets the other to 0 (linux: admin-guide/sysctl/vm.rst), so they are one state.
 */
export type DirtyLimit = { readonly bytes: number } | { readonly ratio: number };

/** `vm.dirty`: where writers are held up; `vm.dirty_background`: where writing begins. */
export type DirtyLimitName = 'vm.dirty' | 'vm.dirty_background';

/** Running limit. */
type Running = Change<'dirty-limit', DirtyLimit>;
/** What our own drop-in of sysctl.d says of it; undefined: nothing. */
type Stored = Change<'dirty-limit-file', DirtyLimit | undefined>;

/** Sets a limit of dirty memory now and keeps it over a reboot. `stored`: what our own drop-in says of it as it is. */
export const setDirtyLimit = (
  name: DirtyLimitName,
  before: DirtyLimit,
  after: DirtyLimit,
  stored?: DirtyLimit,
): readonly [Running, Stored] => [
  { kind: 'dirty-limit', on: name, before, after, lasts: 'until-reboot', takesEffect: 'at-once' },
  {
    kind: 'dirty-limit-file',
    on: `${sysctlDropIn} ${name}`,
    before: stored,
    after,
    lasts: 'across-reboots',
    takesEffect: 'host-reboot',
  },
];

const isCount = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;

const isLimit = (value: unknown): value is DirtyLimit =>
  typeof value === 'object' &&
  value !== null &&
  ('bytes' in value
    ? !('ratio' in value) && isCount(value.bytes, Number.MAX_SAFE_INTEGER) && value.bytes > 0
    : 'ratio' in value && isCount(value.ratio, 100));

const isName = (on: string): on is DirtyLimitName => on === 'vm.dirty' || on === 'vm.dirty_background';

const pathOf = (name: string, part: 'bytes' | 'ratio'): string => `/proc/sys/${name.replace('.', '/')}_${part}`;

const knobsOf = (name: string, limit: DirtyLimit | undefined): readonly KnobSetting[] => {
  const { bytes, ratio } = partsOf(limit);
  return [
    { knob: `sysctl ${name}_bytes`, to: limit && String(bytes) },
    { knob: `sysctl ${name}_ratio`, to: limit && String(ratio) },
  ];
};

const partsOf = (limit: DirtyLimit | undefined): { readonly bytes: number; readonly ratio: number } => ({
  bytes: 0,
  ratio: 0,
  ...limit,
});

/** `dirty-limit`: the limit in force. */
export const dirtyLimitKind = defineKind<'dirty-limit', DirtyLimit>({
  kind: 'dirty-limit',
  isState: isLimit,
  faultOf: on => (isName(on) ? undefined : `“${on}” is no limit of dirty memory`),
  knobs: ({ on, after }) => knobsOf(on, after),
  looks: ({ on }) => [
    { look: 'file', path: pathOf(on, 'bytes') },
    { look: 'file', path: pathOf(on, 'ratio') },
  ],
  state: ({ on }, seen) => running(on, seen),
  steps: ({ on, after }, seen) => {
    const now = running(on, seen);
    if ('bytes' in after) return 'bytes' in now && now.bytes === after.bytes ? [] : [write(on, 'bytes', after.bytes)];
    if ('ratio' in now && now.ratio === after.ratio) return [];
    // a ratio that reads 0 beside bytes is no news to the kernel when it is written, and the bytes would stay
    const detour = 'bytes' in now && after.ratio === 0 ? [write(on, 'ratio', 1)] : [];
    return [...detour, write(on, 'ratio', after.ratio)];
  },
  obstacle: ({ on }, seen) =>
    seen.file(pathOf(on, 'bytes')) === undefined || seen.file(pathOf(on, 'ratio')) === undefined
      ? `this kernel has no ${on}_bytes or no ${on}_ratio`
      : undefined,
});

function running(name: string, seen: Observed): DirtyLimit {
  const numberIn = (part: 'bytes' | 'ratio'): number => Number(seen.file(pathOf(name, part))?.trim() ?? 0);
  const bytes = numberIn('bytes');
  return bytes > 0 ? { bytes } : { ratio: numberIn('ratio') };
}

const write = (name: string, part: 'bytes' | 'ratio', value: number): Step => ({
  do: 'write-knob',
  path: pathOf(name, part),
  text: String(value),
});

/** `dirty-limit-file`: the one line that our drop-in has of the two names. Where there are several, the last is applied last. */
export const dirtyLimitFileKind = defineKind<'dirty-limit-file', DirtyLimit | undefined>({
  kind: 'dirty-limit-file',
  isState: (value): value is DirtyLimit | undefined => value === undefined || isLimit(value),
  faultOf: on => {
    const [file, name = '', ...more] = on.split(' ');
    return file === sysctlDropIn && isName(name) && more.length === 0
      ? undefined
      : `“${on}” is not “${sysctlDropIn} vm.dirty”`;
  },
  knobs: ({ on, after }) => knobsOf(nameIn(on), after),
  looks: () => [{ look: 'file', path: sysctlDropIn }],
  state: ({ on }, seen) => limitIn(linesOf(seen.file(sysctlDropIn) ?? '', nameIn(on)).at(-1)),
  steps: ({ on, after }, seen) => {
    const name = nameIn(on);
    const line =
      after === undefined
        ? undefined
        : 'bytes' in after
          ? `${name}_bytes = ${after.bytes}`
          : `${name}_ratio = ${after.ratio}`;
    const text = setOwnLine(seen.file(sysctlDropIn), one => linesOf(one, name).length > 0, line);
    return [{ do: 'write-file', path: sysctlDropIn, text }];
  },
});

const nameIn = (on: string): string => on.slice(on.indexOf(' ') + 1);

interface Line {
  readonly part: 'bytes' | 'ratio';
  readonly value: string;
}

const linesOf = (text: string, name: string): readonly Line[] =>
  parseSysctlFile(text).flatMap(({ key, value }) => {
    const part = (['bytes', 'ratio'] as const).find(one => key === `${name.replace('.', '/')}_${one}`);
    return part === undefined || value === undefined ? [] : [{ part, value }];
  });

const limitIn = (line: Line | undefined): DirtyLimit | undefined => {
  const value = Number(line?.value ?? Number.NaN);
  if (line === undefined || !Number.isSafeInteger(value)) return undefined;
  return line.part === 'bytes' ? { bytes: value } : { ratio: value };
};
