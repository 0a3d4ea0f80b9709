import { spawn } from 'node:child_process';

/**
 * Runs a command without a shell or standard input and waits for it. Gives its exit code (null when a signal ended it),
 * what it printed, both streams in one, and how long it took.
 */
export function run(command, args, { cwd, env, timeoutMs } = {}) {
  const began = performance.now();
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text;
      });
    }
    const done = code => resolve({ code, output, seconds: (performance.now() - began) / 1000 });
    child.on('error', error => {
      output += `${command}: ${error.message}\n`;
      done(127);
    });
    child.on('close', done);
  });
}
