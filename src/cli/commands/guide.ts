import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { readSettingsFiles, type SettingsOptions } from '#cli/settings/settings-files';
import { allRules } from '#cli/site-rules/all-rules';
import { tellProblems } from '#cli/tell-problems';
import { listErrata } from '#report/errata';
import type { ErrataDocument } from '#report/errata-schema';
import { guideCoverage } from '#report/guide-coverage';
import { errataText } from '#report/human/errata-text';
import { guideText } from '#report/human/guide-text';
import { catalogue, waitsFor } from '#rules/catalogue';
import { proseErrata } from '#rules/errata';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';

/** What `guide` understands beside the rest. */
export interface GuideOptions extends CommonOptions, SettingsOptions {
  readonly errata?: boolean;
  readonly missing?: boolean;
}

/** `nearmetal guide`: the guide section by section with its rules and what is missing; with `--missing` only what check does not judge, with `--errata` where the guide errs. */
export async function guide(options: GuideOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  if (options.errata === true) {
    const errata = listErrata(rules, proseErrata);
    await output.write(
      options.format === 'json'
        ? jsonText({ schema: 'nearmetal.errata/1', departures: [...errata] } satisfies ErrataDocument)
        : errataText(errata, sections, output.style),
    );
    return exitCodes.ok;
  }
  const { rules: all, problems } = await allRules(await readSettingsFiles(options));
  const coverage = guideCoverage({ sections, catalogue, waitsFor }, rules, all.slice(rules.length));
  await output.write(
    options.format === 'json' ? jsonText(coverage) : guideText(coverage, output.style, options.missing),
  );
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}
