import { exitCodes } from '#cli/exit-codes';
import { openMachine } from '#cli/open-machine';
import { jsonText, openOutput } from '#cli/output';
import type { CommonOptions } from '#cli/program';
import { version } from '#cli/version.gen';
import { factsJson } from '#report/json/facts-json';

/** `nearmetal facts`: prints the model that was read, with its evidence. */
export async function facts(sources: readonly string[], options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { machine, problems } = await openMachine(sources, options);
  const document = factsJson(machine, version);
  if (options.format === 'json') await output.write(jsonText(document));
  else {
    const { factsText } = await import('#report/human/facts-text');
    await output.write(factsText(document, output.style));
  }
  for (const { message } of problems) process.stderr.write(`nearmetal: ${message}\n`);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}
