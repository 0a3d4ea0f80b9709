const counted = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'];

/**
 * Prints the time of every stage and then the sums, as the closing lines of node:test, which programs read, and in one
 * line for people. Gives the exit code.
 */
export function summary(stages) {
  console.log('');
  for (const { name, seconds, pass, fail = 0, skipped = 0, says } of stages) {
    const result = says ?? `${pass} passed, ${fail} failed, ${skipped} skipped`;
    console.log(`${name.padEnd(28)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${result}`);
  }
  console.log('');
  const sum = key => stages.reduce((total, stage) => total + (stage[key] ?? 0), 0);
  for (const key of counted) console.log(`ℹ ${key} ${sum(key)}`);
  console.log(`ℹ duration_ms ${(sum('seconds') * 1000).toFixed(0)}`);
  const failed = sum('fail') + sum('cancelled');
  console.log(`${sum('pass')} passed, ${failed} failed, ${sum('skipped')} skipped`);
  return failed > 0 ? 1 : 0;
}
