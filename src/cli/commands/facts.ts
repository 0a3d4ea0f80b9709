import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { openPlace } from '#cli/open-place';
import { jsonText, openOutput } from '#cli/output';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { collectMachine } from '#collect/machine';
import { factsJson } from '#report/json/facts-json';

/** `nearmetal facts`: prints the model that was read, with its evidence. */
export async function facts(sources: readonly string[], options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { place, problems } = await openPlace(sources, options);
  const document = factsJson(collectMachine(place), version, problems);
  if (options.format === 'json') await output.write(jsonText(document));
  else {
    const { factsText } = await import('#report/human/facts-text');
    await output.write(factsText(document, output.style));
  }
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}
