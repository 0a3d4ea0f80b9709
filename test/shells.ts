import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why a shell cannot be asked here; undefined where it can. */
export function noProgram(...programs: readonly string[]): string | undefined {
  const missing = programs.filter(program => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** A folder with the program in `bin`, and the three completion scripts where shells look for them. */
export interface ShellFolder {
  readonly folder: string;
  /** Environment in which the shells find the program and nothing of the user's own. */
  readonly env: NodeJS.ProcessEnv;
}

/** Lays out such a folder. */
export async function shellFolder(folder: string): Promise<ShellFolder> {
  const cli = join(process.cwd(), 'dist/cli.cjs');
  for (const name of ['bin', 'home']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'bin/nearmetal'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  chmodSync(join(folder, 'bin/nearmetal'), 0o755);
  for (const [shell, file] of [
    ['bash', 'nearmetal.bash'],
    ['zsh', '_nearmetal'],
    ['fish', 'nearmetal.fish'],
  ] as const) {
    await run(process.execPath, [cli, 'completion', shell, '-o', join(folder, file)]);
  }
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: join(folder, 'home'),
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  };
  return { folder, env };
}

/** What bash's readline does before it calls a completion function: words are cut at blanks, and at each run of = and :. */
const bashDriver = `
source "$1"
COMP_LINE=$2 COMP_POINT=\${#2} COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
readarray -t COMP_WORDS < <(grep -oE '[^ =:]+|[=:]+' <<<"$2")
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_nearmetal
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** Calls the completion function as bash does for a line with the cursor at its end; gives the candidates, each what stands behind the last cut. */
export async function completeInBash({ folder, env }: ShellFolder, line: string): Promise<readonly string[]> {
  const { stdout } = await run('bash', ['--norc', '-c', bashDriver, 'bash', join(folder, 'nearmetal.bash'), line], {
    env,
    cwd: folder,
  });
  return stdout.split('\n').filter(word => word !== '');
}

/** Asks fish for the candidates of a line; each without what it means. */
export async function completeInFish({ folder, env }: ShellFolder, line: string): Promise<readonly string[]> {
  const { stdout } = await run(
    'fish',
    ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', join(folder, 'nearmetal.fish'), line],
    { env, cwd: folder },
  );
  return stdout
    .split('\n')
    .map(word => word.split('\t')[0] ?? '')
    .filter(word => word !== '');
}

/** A shell in a terminal of its own, into which a person could type. */
export interface Terminal {
  /** Types, and waits until what came since matches; gives it. */
  type(keys: string, until: RegExp): Promise<string>;
  close(): Promise<void>;
}

/** Starts a shell in a terminal; see script(1). */
export function openTerminal({ folder, env }: ShellFolder, command: string): Terminal {
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    env: { ...env, PS1: '> ' },
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    seen += text;
  });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  return {
    async type(keys, until) {
      seen = '';
      child.stdin.write(keys);
      for (const deadline = performance.now() + 20_000; performance.now() < deadline; ) {
        if (until.test(seen)) return seen;
        if (child.exitCode !== null) break;
        await new Promise(done => setTimeout(done, 20));
      }
      throw new Error(`${JSON.stringify(keys)} was not answered with ${until}, but with ${JSON.stringify(seen)}`);
    },
    async close() {
      child.stdin.end('\u0003\u0015exit\n');
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(timer);
    },
  };
}
