import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { Look } from '#change/observed';

type Ours = Change<'tuned-profile', string | undefined>;

const active = '/etc/tuned/active_profile';
/** What a change is on: tuned has one profile. */
const place = 'profile of tuned';

/** Chooses tuned's profile, now and at boot; undefined: none. tuned takes back what the profile before set. Several profiles are joined by blanks. */
export const setTunedProfile = (before: string | undefined, after: string | undefined): Ours => ({
  kind: 'tuned-profile',
  on: place,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'at-once',
});

const isState = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && /^[\w.-]{1,128}(?: [\w.-]{1,128}){0,7}$/.test(value));

/** Where a profile may be (tuned: consts.py, PROFILE_DIRS): the second folder of each pair since tuned 2.23. */
const filesOf = (profile: string): readonly string[] =>
  ['/etc/tuned', '/etc/tuned/profiles', '/usr/lib/tuned', '/usr/lib/tuned/profiles'].map(
    folder => `${folder}/${profile}/tuned.conf`,
  );

const profilesOf = (state: string | undefined): readonly string[] =>
  (state ?? '').split(' ').filter(name => name !== '');

/** `tuned-profile`: the profile that tuned uses. Its file is written too, so that in a tree of files the next boot takes it. */
export const tunedProfileKind = defineKind<'tuned-profile', string | undefined>({
  kind: 'tuned-profile',
  isState,
  faultOf: on => (on === place ? undefined : `“${on}” is not “${place}”`),
  knobs: ({ after }) => [{ knob: 'tuned profile', to: after }],
  looks: ({ after }): readonly Look[] => [
    { look: 'file', path: active },
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
    return text === '' ? undefined : text;
  },
  steps: ({ after }) => [
    { do: 'write-file', path: active, text: `${after ?? ''}\n` },
    { do: 'run', argv: after === undefined ? ['tuned-adm', 'off'] : ['tuned-adm', 'profile', ...profilesOf(after)] },
  ],
});
