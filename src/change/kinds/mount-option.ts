import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';

/** The value of one option of a mounted file system; undefined: the kernel shows none, its own value is in force. */
type Running = Change<'mount-option', string | undefined>;

/** Changes one option of a mounted file system by a remount; what is kept in /etc/fstab is a change of its own. */
export const setMountOption = (
  target: string,
  option: string,
  before: string | undefined,
  after: string | undefined,
): Running => ({
  kind: 'mount-option',
  on: `${target} ${option}`,
  before,
  after,
  lasts: 'until-reboot',
  takesEffect: 'at-once',
});

const mounts = '/proc/self/mounts';

/** Options that can be changed so, and what they are where the kernel shows none. */
const usual: Readonly<Record<string, string>> = { huge: 'never' };

const isWord = (value: string): boolean => /^[\w.%-]{1,64}$/.test(value);

/** `mount-option`: an option of what is mounted now. */
export const mountOptionKind = defineKind<'mount-option', string | undefined>({
  kind: 'mount-option',
  isState: (value): value is string | undefined => value === undefined || (typeof value === 'string' && isWord(value)),
  faultOf: on => {
    const [target = '', option = '', ...more] = on.split(' ');
    const isSound = /^\/[\w./:@+-]{0,255}$/.test(target) && usual[option] !== undefined && more.length === 0;
    return isSound ? undefined : `“${on}” is not “TARGET huge”`;
  },
  knobs: ({ on, after }) => [{ knob: `mount ${on}`, to: after }],
  looks: () => [{ look: 'file', path: mounts }],
  obstacle: ({ on }, seen) =>
    lineOf(on, seen.file(mounts)) === undefined ? `nothing is mounted on ${on.split(' ')[0] ?? ''}` : undefined,
  state: ({ on }, seen) => {
    const [, option = ''] = on.split(' ');
    const options = lineOf(on, seen.file(mounts))?.[3]?.split(',') ?? [];
    return options.find(one => one.startsWith(`${option}=`))?.slice(option.length + 1);
  },
  steps: ({ on, after }) => {
    const [target = '', option = ''] = on.split(' ');
    return [{ do: 'run', argv: ['mount', '-o', `remount,${option}=${after ?? usual[option] ?? ''}`, target] }];
  },
  // what is in force by itself need not be shown
  isSame: (one, other) => (one ?? 'never') === (other ?? 'never'),
});

/** The last mount on a target is the one that is seen there. */
const lineOf = (on: string, text = ''): readonly string[] | undefined =>
  text
    .split('\n')
    .map(line => line.split(' '))
    .findLast(([, where]) => where === on.split(' ')[0]);
