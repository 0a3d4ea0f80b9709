#!/usr/bin/env node
import { version } from '#cli/version.gen';

const words = process.argv.slice(2);
// answered before anything is loaded: scripts ask it often
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  // a reader that has gone is no failure, a full disk is one
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exitCode = error.code === 'EPIPE' ? 0 : 1;
  });
  process.stdout.write(`nearmetal ${version}\n`);
} else {
  void start();
}

async function start(): Promise<void> {
  const { run } = await import('#cli/run');
  const exitCode = await run(words);
  // a failure to write may have been seen since
  if (exitCode !== 0) process.exitCode = exitCode;
  // what has been said is written by then; nothing else is worth waiting for
  await Promise.all([process.stdout, process.stderr].map(stream => new Promise(done => stream.write('', done))));
  setImmediate(() => process.exit());
}
