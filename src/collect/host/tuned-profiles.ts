import { fileText } from '#collect/file-facts';
import type { Sources } from '#collect/sources';
import { parseTunedProfile, type TunedProfile } from '#formats/conf/tuned-profile';
import { type Evidence, type Known, known, unknown } from '#model/known';

/** Folders of profiles, the strongest first; `profiles/` since tuned 2.24. */
const folders = ['/etc/tuned/profiles', '/etc/tuned', '/usr/lib/tuned/profiles', '/usr/lib/tuned'] as const;

/** Files that profiles are looked for in. */
export const tunedProfileFiles = folders.map(folder => `${folder}/*/tuned.conf`);

/** Most files that one profile may draw in, and how deep. */
const mostFiles = 64;
const deepest = 32;

/**
 * Reads profiles by name with all that they include, the included first, as tuned does (profiles/loader.py, locator.py): a profile that
 * includes its own name means the next folder's one; a name with `-` in front may be missing.
 */
export function loadTunedProfiles(sources: Sources, names: readonly string[]): Known<readonly TunedProfile[]> {
  const profiles: TunedProfile[] = [];
  const evidence: Evidence[] = [];
  const seen = new Set<string>();
  const load = (wanted: readonly string[], depth: number): Known<never> | undefined => {
    for (const each of wanted) {
      const isOptional = each.startsWith('-');
      const name = isOptional ? each.slice(1) : each;
      if (name === '') continue;
      if (/[^\w.-]/.test(name))
        return unknown(`the profile of tuned includes ${name.slice(0, 100)}, which only tuned can work out`);
      if (seen.size >= mostFiles || depth > deepest) return unknown('the profile of tuned includes too many others');
      const found = findProfile(sources, name, seen);
      if (found.state === 'unknown') return found;
      if (found.state === 'absent') {
        if (isOptional || hasBeenRead(name, seen)) continue;
        return unknown(`tuned has no profile ${name}`, 'tuned-adm list');
      }
      const { path, text } = found.value;
      seen.add(path);
      evidence.push({ from: path, value: 'read' });
      const profile = parseTunedProfile(path, text);
      const included = profile.include?.split(/\s*[,;]\s*/) ?? [];
      const lack = load(included, depth + 1);
      if (lack !== undefined) return lack;
      profiles.push(profile);
    }
    return undefined;
  };
  return load(names, 0) ?? known(profiles, ...evidence);
}

function findProfile(
  sources: Sources,
  name: string,
  seen: ReadonlySet<string>,
): Known<{ readonly path: string; readonly text: string }> {
  for (const folder of folders) {
    const path = `${folder}/${name}/tuned.conf`;
    if (seen.has(path)) continue;
    const text = fileText(sources, path);
    if (text.state === 'unknown') return text;
    if (text.state === 'known') return known({ path, text: text.value });
  }
  return { state: 'absent', evidence: [] };
}

const hasBeenRead = (name: string, seen: ReadonlySet<string>): boolean =>
  folders.some(folder => seen.has(`${folder}/${name}/tuned.conf`));
