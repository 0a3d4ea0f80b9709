import { argvReport } from '#cli/argv/argv-report';
import { type ArgvOptions, findArgv } from '#cli/argv/find-argv';
import type { CommonOptions } from '#cli/common-options';
import { exitCodes } from '#cli/exit-codes';
import { jsonText, openOutput } from '#cli/output';
import { startProgress } from '#cli/progress';
import { version } from '#cli/version.gen';
import { argvText } from '#report/human/argv-text';

/** `nearmetal argv`: the command line that a guest gets, each argument with its element, and what the installed QEMU lacks of it. */
export async function argv(target: string, options: CommonOptions & ArgvOptions): Promise<number> {
  const output = openOutput(options.output, options.color);
  const progress = startProgress(options.quiet === true);
  progress.say('asking libvirt');
  const report = argvReport({ version, ...(await findArgv(target, options).finally(() => progress.end())) });
  await output.write(
    options.format === 'json'
      ? jsonText(report)
      : options.format === 'shell'
        ? `${report.shell}\n`
        : argvText(report, output.style),
  );
  if (options.format === 'shell' && report.refused !== undefined)
    process.stderr.write(`nearmetal: libvirt builds no command line of it: ${report.refused.message}\n`);
  return report.summary.errors + report.summary.warnings > 0 ? exitCodes.findings : exitCodes.ok;
}
