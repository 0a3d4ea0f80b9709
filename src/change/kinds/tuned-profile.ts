import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { Look, Observed } from '#change/observed';

/**
 * The profiles, joined by blanks; undefined: none. An object where tuned chooses by itself (`tuned-adm auto_profile`), anew at each start: which
 * one it has chosen.
 */
export type TunedChoice = string | undefined | { readonly chosenByTuned: string };

type Ours = Change<'tuned-profile', TunedChoice>;

const active = '/etc/tuned/active_profile';
/** `auto` or `manual` (tuned: consts.py, PROFILE_MODE_FILE). */
const mode = '/etc/tuned/profile_mode';
/** What a change is on: tuned has one profile. */
const place = 'profile of tuned';

/** Chooses tuned's profile, now and at boot. tuned takes back what the profile before set. */
export const setTunedProfile = (before: TunedChoice, after: TunedChoice): Ours => ({
  kind: 'tuned-profile',
  on: place,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'at-once',
});

const isProfiles = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.-]{1,128}(?: [\w.-]{1,128}){0,7}$/.test(value);

const isState = (value: unknown): value is TunedChoice =>
  value === undefined ||
  isProfiles(value) ||
  (typeof value === 'object' && value !== null && 'chosenByTuned' in value && isProfiles(value.chosenByTuned));

/** Where a profile may be (tuned: consts.py, PROFILE_DIRS): the second folder of each pair since tuned 2.23. */
const filesOf = (profile: string): readonly string[] =>
  ['/etc/tuned', '/etc/tuned/profiles', '/usr/lib/tuned', '/usr/lib/tuned/profiles'].map(
    folder => `${folder}/${profile}/tuned.conf`,
  );

const profilesOf = (state: TunedChoice): readonly string[] =>
  textOf(state)
    .split(' ')
    .filter(name => name !== '');

const textOf = (state: TunedChoice): string => (typeof state === 'object' ? state.chosenByTuned : (state ?? ''));

/** `tuned-profile`: the profile that tuned uses. Its file is written too, so that in a tree of files the next boot takes it. */
export const tunedProfileKind = defineKind<'tuned-profile', TunedChoice>({
  kind: 'tuned-profile',
  isState,
  faultOf: on => (on === place ? undefined : `“${on}” is not “${place}”`),
  knobs: ({ after }) => [{ knob: 'tuned profile', to: typeof after === 'object' ? 'auto' : after }],
  looks: ({ after }): readonly Look[] => [
    { look: 'file', path: active },
    { look: 'file', path: mode },
    ...profilesOf(after).flatMap(profile => filesOf(profile).map((path): Look => ({ look: 'file', path }))),
  ],
  obstacle({ after }, seen) {
    const missing = profilesOf(after).find(profile => filesOf(profile).every(path => seen.file(path) === undefined));
    return missing === undefined
      ? undefined
      : `tuned has no profile ${missing} here: install it (tuned-adm list shows what there is).`;
  },
  state(_, seen) {
    const text = (seen.file(active) ?? '').trim().replaceAll(/\s+/g, ' ');
    if (text === '') return undefined;
    return isAuto(seen) ? { chosenByTuned: text } : text;
  },
  steps({ after }, seen) {
    const wantsAuto = typeof after === 'object';
    return [
      { do: 'write-file', path: active, text: `${textOf(after)}\n` },
      // where it is chosen by tuned, that would choose another one at the next boot
      ...(isAuto(seen) === wantsAuto
        ? []
        : [{ do: 'write-file', path: mode, text: wantsAuto ? 'auto\n' : 'manual\n' } as const]),
      { do: 'run', argv: ['tuned-adm', ...argvOf(after)] },
    ];
  },
  // what tuned chooses is its own affair: a later release may recommend another profile
  isSame: (one, other) =>
    typeof one === 'object' || typeof other === 'object' ? typeof one === typeof other : one === other,
});

const isAuto = (seen: Observed): boolean => (seen.file(mode) ?? '').trim() === 'auto';

function argvOf(state: TunedChoice): readonly string[] {
  if (typeof state === 'object') return ['auto_profile'];
  return state === undefined ? ['off'] : ['profile', ...profilesOf(state)];
}
