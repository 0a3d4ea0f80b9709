import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { openPlace } from '#cli/open-place';
import { jsonText, openOutput } from '#cli/output';
import { tellProblems } from '#cli/tell-problems';
import { version } from '#cli/version.gen';
import { collectMachine } from '#collect/machine';
import { machinePicture } from '#model/picture/machine-picture';

/** `nearmetal topology`: draws packages, NUMA nodes, cores and memory, and which guest's threads sit where. */
export async function topology(sources: readonly string[], options: CommonOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const { place, problems } = await openPlace(sources, options);
  const picture = machinePicture(collectMachine(place));
  if (options.format === 'json') {
    const { topologyJson } = await import('#report/json/topology-json');
    await output.write(jsonText(topologyJson(picture, version, problems)));
  } else if (options.format === 'svg') {
    const { pictureSvgFile } = await import('#report/picture/picture-svg');
    await output.write(pictureSvgFile(picture));
  } else {
    const { topologyText } = await import('#report/human/topology-text');
    const how = options.verbose === true ? 'all' : 'folded';
    await output.write(topologyText(picture, output.style, output.columns, how));
  }
  tellProblems(problems);
  return problems.length > 0 ? exitCodes.input : exitCodes.ok;
}
