import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { run } from './run.mjs';
import { systemPackages } from './system-packages.mjs';

const policy = '/usr/sbin/policy-rc.d';
const kept = `${policy}.kept-by-nearmetal-tests`;

/** The names of the packages in the list that are not installed. Where there is no dpkg, all of them. */
export async function missingSystemPackages() {
  const names = systemPackages.map(({ name }) => name);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills these in
  const { output } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...names]);
  const installed = new Set(
    output.split('\n').flatMap(line => (line.startsWith('installed ') ? [line.slice(10)] : [])),
  );
  return names.filter(name => !installed.has(name));
}

/** Installs packages through apt, as root, without starting a service. Throws what apt said. */
export async function installSystemPackages(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  await apt(['update', ...options], env);
  await withoutServices(() => apt(['install', '--no-install-recommends', ...options, ...names], env));
}

async function apt(args, env) {
  const { code, output } = await run('apt-get', args, { env });
  if (code !== 0) throw new Error(`apt-get ${args[0]} failed:\n${output.trimEnd().split('\n').slice(-15).join('\n')}`);
}

/**
 * Runs `work` while Debian's policy-rc.d forbids packages to start services, then puts the machine's own policy back,
 * also when interrupted. One that an earlier, killed run left behind is put back first.
 */
async function withoutServices(work) {
  await restore();
  const own = await readFile(policy, 'utf8').catch(() => undefined);
  // a container's image often brings just that
  if (own !== undefined && (await run(policy, ['libvirtd', 'start'])).code === 101) return work();
  if (own !== undefined) await rename(policy, kept);
  await writeFile(policy, `#!/bin/sh\n# ${own === undefined ? madeByUs : 'nearmetal tests'}\nexit 101\n`);
  await chmod(policy, 0o755);
  const interrupted = () => restore().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work();
  } finally {
    await restore();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

const madeByUs = 'put here by the nearmetal tests while they install packages; safe to remove';

async function restore() {
  const present = await readFile(policy, 'utf8').catch(() => '');
  if (present.includes(madeByUs)) await rm(policy);
  await rename(kept, policy).catch(error => {
    if (error.code !== 'ENOENT') throw error;
  });
}
