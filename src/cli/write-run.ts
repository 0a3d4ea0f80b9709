import { jsonText, type Output } from '#cli/output';
import type { RunView } from '#report/run/run-view';

/** Prints a run. */
export async function writeRun(output: Output, format: string, view: RunView): Promise<void> {
  if (format === 'json') {
    const { runJson } = await import('#report/run/run-json');
    await output.write(jsonText(runJson(view)));
  } else {
    const { runText } = await import('#report/run/run-text');
    await output.write(runText(view, output.style));
  }
}
