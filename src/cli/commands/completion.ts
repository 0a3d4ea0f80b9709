import type { Command } from 'commander';
import { commandTree } from '#cli/command-tree';
import type { CommonOptions } from '#cli/common-options';
import { bashCompletion } from '#cli/completion/bash-completion';
import { fishCompletion } from '#cli/completion/fish-completion';
import { wordsOf } from '#cli/completion/words';
import { zshCompletion } from '#cli/completion/zsh-completion';
import { exitCodes } from '#cli/exit-codes';
import { openOutput } from '#cli/output';
import { rules } from '#rules/index.gen';
import { sections } from '#rules/sections';

/** The shells whose completion can be had. */
export type Shell = 'bash' | 'zsh' | 'fish';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/**
 * `nearmetal completion`: prints the script that teaches a shell the command line. The scripts hold all words but the names of guests,
 * which libraries for this do not: they start the program anew at every press of the key, a tenth of a second and more each time.
 */
export async function completion(
  shell: Shell,
  program: Command,
  options: Pick<CommonOptions, 'output' | 'color'>,
): Promise<number> {
  const output = openOutput(options.output, options.color);
  await output.write(scripts[shell](commandTree(program), wordsOf(rules, sections)));
  return exitCodes.ok;
}
