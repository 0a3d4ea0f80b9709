// `npm run check`: every gate, then the unit tests. Prints a line for each, and the output of those that failed only.
import { resolve } from 'node:path';
import { runGates } from './run-gates.mjs';
import { summary } from './summary.mjs';
import { testStage, withTestBuild } from './test-stage.mjs';

process.chdir(resolve(import.meta.dirname, '..'));
const stages = [await runGates()];
stages.push(await withTestBuild(folder => testStage({ kind: 'unit', folder, patterns: [] })));
process.exitCode = summary(stages);
