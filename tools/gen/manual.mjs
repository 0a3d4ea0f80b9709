import { load } from './load.mjs';

/** man/nearmetal.1, from the table of the command line. */
export async function manual() {
  const { makeProgram } = await load('src/cli/program.ts');
  const { commandTree } = await load('src/cli/command-tree.ts');
  const { manualPage } = await load('src/cli/manual/manual-page.ts');
  return [{ path: 'man/nearmetal.1', text: manualPage(commandTree(makeProgram(() => undefined))) }];
}
