import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One `cmd.run` of a rendered state file. */
export interface SaltState {
  readonly id: string;
  readonly name: string;
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly testName: string;
}

/** What Salt does to a state file before it runs it: its template engine with the pillar, then YAML. Debian's ansible-core brings both. */
const renderer = `
import json, sys, jinja2, yaml
pillar = json.loads(sys.argv[2])
def get(path, default=''):
    at = pillar
    for part in path.split(':'):
        if not isinstance(at, dict) or part not in at: return default
        at = at[part]
    return at
engine = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=['jinja2.ext.do'])
with open(sys.argv[1], encoding='utf-8') as file:
    states = yaml.safe_load(engine.from_string(file.read()).render(salt={'pillar.get': get}))
json.dump(list(states.items()), sys.stdout)
`;

/** Renders a state file with the pillar's values below `nearmetal`; gives its states in their order. */
export async function saltStates(file: string, pillar: object): Promise<readonly SaltState[]> {
  const pillars = JSON.stringify({ nearmetal: pillar });
  const { stdout } = await run('/usr/bin/python3', ['-c', renderer, file, pillars], { maxBuffer: 2 ** 26 });
  const states: readonly (readonly [string, Readonly<Record<string, readonly Record<string, unknown>[]>>])[] =
    JSON.parse(stdout);
  return states.map(([id, state]) => {
    const parts: Readonly<Record<string, unknown>> = Object.assign({}, ...(state['cmd.run'] ?? []));
    return {
      id,
      name: String(parts['name']),
      stdin: String(parts['stdin']),
      env: merged(parts['env']),
      testName: merged(parts['stateful'])['test_name'] ?? '',
    };
  });
}

const merged = (list: unknown): Readonly<Record<string, string>> =>
  Object.assign({}, ...(Array.isArray(list) ? list : []));

/** What one state came to. */
export interface SaltResult {
  readonly isChanged: boolean;
  readonly says: string;
}

/** Runs states as `cmd.run` with `stateful` does: through sh, the last line tells what came of it. Ends at the first that fails, as each requires the one before. */
export async function runSaltStates(states: readonly SaltState[], isTest: boolean): Promise<readonly SaltResult[]> {
  const results: SaltResult[] = [];
  for (const { name, stdin, env, testName } of states) {
    const ran = run('/bin/sh', ['-c', isTest ? testName : name], { env: { ...process.env, ...env } });
    ran.child.stdin?.end(stdin);
    const { stdout } = await ran;
    const says = stdout.trimEnd().split('\n').at(-1) ?? '';
    results.push({ isChanged: says.startsWith('changed=yes'), says });
  }
  return results;
}
