// `npm run check`: every gate, then the unit tests. Prints a line for each, and the output of those that failed only.
import { resolve } from 'node:path';
import { gates } from './gates.mjs';
import { runGates } from './run-gates.mjs';
import { summary } from './summary.mjs';
import { testStage, withTestBuild } from './test-stage.mjs';

process.chdir(resolve(import.meta.dirname, '..'));
const stages = [await runGates(gates)];
stages.push(...(await withTestBuild(async folder => [await testStage({ kind: 'unit', folder, patterns: [] })])));
process.exitCode = summary(stages);
