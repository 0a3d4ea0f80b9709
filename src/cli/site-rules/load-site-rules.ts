import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Rule } from '#check/define-rule';
import type { ReadProblem } from '#cli/open-options';
import { inputError, RequestError } from '#cli/request-error';
import { importRule, openDoor } from '#cli/site-rules/import-rule';
import { isRule, shapeFaults, siteArea } from '#cli/site-rules/rule-shape';
import { trustedPath } from '#cli/site-rules/trusted-code';
import { systemWords } from '#cli/system-words';

/** A site's own rules, and what of them could not be loaded. */
export interface SiteRules {
  readonly rules: readonly { readonly rule: Rule; readonly file: string }[];
  readonly problems: readonly ReadProblem[];
}

/**
 * Loads the rules in some folders: each file that ends in .mjs or .js and does not begin with _ or a dot exports one rule, site/ and the
 * name of the file. Folders in them are not looked into, so that helpers may lie there. What cannot be loaded is a problem, and the
 * others are loaded. Throws RequestError for a folder that cannot be read or trusted.
 */
export async function loadSiteRules(folders: readonly string[]): Promise<SiteRules> {
  const rules: { rule: Rule; file: string }[] = [];
  const problems: ReadProblem[] = [];
  if (folders.length > 0) openDoor();
  for (const folder of new Set(folders)) {
    for (const file of ruleFiles(folder)) {
      try {
        const rule = await loadRule(file);
        const same = rules.find(one => one.rule.id === rule.id);
        if (same !== undefined)
          throw inputError(`${file}: the rule ${rule.id} is in ${same.file}, too`, 'rename one of the two');
        rules.push({ rule, file });
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        problems.push({ message: error.message, doThis: error.doThis });
      }
    }
  }
  return { rules, problems };
}

function ruleFiles(folder: string): readonly string[] {
  const real = trustedPath(folder);
  try {
    // helpers beside the rules run with them
    for (const name of readdirSync(real, { recursive: true, encoding: 'utf8' })) trustedPath(join(real, name));
    return readdirSync(real, { withFileTypes: true })
      .filter(entry => !entry.isDirectory() && /^[^._].*\.m?js$/.test(entry.name))
      .map(entry => join(folder, entry.name))
      .sort();
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw inputError(`${folder}: ${systemWords(error)}`, 'rules: names folders with rule files');
  }
}

async function loadRule(file: string): Promise<Rule> {
  const path = trustedPath(file);
  let value: unknown;
  try {
    value = await importRule(path);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw inputError(
      `${file} cannot be loaded: ${message}`,
      `node --check ${file} tells more where it is a fault of form`,
    );
  }
  if (!isRule(value)) {
    const faults = shapeFaults(value);
    throw inputError(
      `${file} is no rule: ${faults.slice(0, 5).join('; ')}${faults.length > 5 ? ` and ${faults.length - 5} more` : ''}`,
      'docs/own-rules.md shows one',
    );
  }
  const named = `${siteArea}/${basename(file, extname(file))}`;
  if (value.id !== named)
    throw inputError(
      `${file} holds the rule ${value.id}`,
      `call the rule ${named}, or the file ${value.id.slice(5)}.mjs`,
    );
  return value;
}
