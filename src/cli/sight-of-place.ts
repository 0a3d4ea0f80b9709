import { fileText, folderNames } from '#collect/file-facts';
import { definitionText } from '#collect/guest/definition-text';
import { unitStates } from '#collect/host/services';
import type { Place } from '#collect/machine';
import type { Sources } from '#collect/sources';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';
import type { Sight } from '#plan/sight';

/** Lets a plan look at a place, each thing once. Secrets are masked. */
export function sightOfPlace(place: Place): Sight {
  const { sources } = place;
  const state = once((): ReturnType<typeof unitStates> => unitStates(sources));
  return {
    file: kept(path => ownFile(sources, path, fileText(sources, path))),
    folder: kept(path => folderNames(sources, path)),
    unit: kept(name =>
      chainKnown(state()(name), ({ isInstalled, isMasked, isEnabled, isActive }) =>
        isEnabled === undefined || isActive === undefined
          ? unknown('files do not tell whether it runs or is enabled', `systemctl status ${name}`)
          : known({ isInstalled, isMasked, isEnabled, isActive }),
      ),
    ),
    guest: (name, half) => definitionText(place, name, half),
    nameOf: guest => place.definitions?.get(guest)?.file ?? `${guest}.xml`,
  };
}

/** A bundle holds all of these folders that is there: files of ours that are not among what it lists are not on the machine. */
function ownFile(sources: Sources, path: string, text: Known<string>): Known<string> {
  const [, folder, name] =
    /^(\/etc\/(?:sysctl\.d|tmpfiles\.d|udev\/rules\.d))\/([^/]*nearmetal[^/]*)$/.exec(path) ?? [];
  if (text.state !== 'unknown' || folder === undefined || name === undefined) return text;
  const names = folderNames(sources, folder);
  const isNotThere = names.state === 'absent' || (names.state === 'known' && !names.value.includes(name));
  return isNotThere ? absent({ from: folder, value: `no ${name}` }) : text;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function kept<T>(make: (key: string) => T): (key: string) => T {
  const there = new Map<string, T>();
  return key => {
    const found = there.get(key) ?? make(key);
    there.set(key, found);
    return found;
  };
}
