#!/usr/bin/env node
import { version } from '#cli/version.gen';

const words = process.argv.slice(2);
// answered before anything is loaded: scripts ask it often
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
  process.stdout.write(`nearmetal ${version}\n`);
else {
  const { run } = await import('#cli/run');
  process.exitCode = await run(words);
}
