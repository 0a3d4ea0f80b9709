import { dirname, resolve } from 'node:path';
import type { Rule } from '#check/define-rule';
import type { ReadProblem } from '#cli/open-options';
import { ruleFolders } from '#cli/settings/effective-settings';
import { rules } from '#rules/index.gen';
import type { SettingsFile } from '#wishes/settings';

/** Rules of nearmetal and of the site, and what of the latter could not be loaded. */
export interface AllRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly ReadProblem[];
}

/** Takes settings files; gives all rules, those of the folders that they name behind ours. A settings file that others may write is not trusted to name any. */
export async function allRules(files: readonly SettingsFile[]): Promise<AllRules> {
  const named = ruleFolders(files);
  if (named.length === 0) return { rules, problems: [] };
  const { loadSiteRules } = await import('#cli/site-rules/load-site-rules');
  const { trustedPath } = await import('#cli/site-rules/trusted-code');
  const folders = named.map(({ folder, from }) => {
    trustedPath(from.file);
    return resolve(dirname(resolve(from.file)), folder);
  });
  const site = await loadSiteRules(folders);
  return { rules: [...rules, ...site.rules.map(({ rule }) => rule)], problems: site.problems };
}
