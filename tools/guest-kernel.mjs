import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';
import { guestKernelPackage, ordinaryKernelPackage } from './system-packages.mjs';

/**
 * A folder with boot/vmlinuz-* and lib/modules/ of Debian's cloud kernel for the guests that tests boot: the one from an
 * earlier run or, if `mayDownload`, a new one by apt-get. Gives undefined where there is none.
 */
export const guestKernel = mayDownload => unpackedKernel(mayDownload, guestKernelPackage, 'guest-kernel');

/** The same with Debian's ordinary kernel, which has drivers of old disk controllers too. */
export const ordinaryKernel = mayDownload => unpackedKernel(mayDownload, ordinaryKernelPackage, 'ordinary-kernel');

async function unpackedKernel(mayDownload, metaPackage, folder) {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nearmetal', folder);
  const present = (await readdir(cache).catch(() => [])).filter(name => name.startsWith('linux-image-')).sort();
  if (present.length > 0) return join(cache, present.at(-1));
  if (!mayDownload || process.arch !== 'x64') return undefined;
  const { output: depends } = await run('apt-cache', ['depends', metaPackage]);
  const name = /Depends: (linux-image-\d\S+)/.exec(depends)?.[1];
  if (name === undefined) throw new Error(`apt knows no ${metaPackage}`);
  await mkdir(cache, { recursive: true });
  // apt drops its rights for downloads and must be able to write there
  const work = await mkdtemp(join(tmpdir(), 'nearmetal-kernel-'));
  const unpacked = await mkdtemp(join(cache, '.unpacking-'));
  try {
    await must('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', name], work);
    const [file] = await readdir(work);
    await must('dpkg', ['-x', join(work, file), unpacked], work);
    await rename(unpacked, join(cache, name));
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(unpacked, { recursive: true, force: true });
  }
  return join(cache, name);
}

async function must(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args[0]} failed:\n${output.trimEnd()}`);
}
