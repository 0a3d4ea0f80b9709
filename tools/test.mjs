// `npm test`: everything, from a fresh clone. `npm run test:unit|test:live|test:long -- PATTERN…`: one kind of tests, those
// files whose path contains a pattern. Needs no package to start: the first stage installs them.
//
// NEARMETAL_TEST_INSTALL=1, or CI, lets root install the system packages that the live tests use.
import { resolve } from 'node:path';
import { guestKernel, ordinaryKernel } from './guest-kernel.mjs';
import { installSystemPackages, missingSystemPackages } from './install-system-packages.mjs';
import { node22 } from './node22.mjs';
import { installNpmPackages } from './npm-packages.mjs';
import { realHostImage } from './real-host.mjs';
import { runGates } from './run-gates.mjs';
import { summary } from './summary.mjs';
import { installLine } from './system-packages.mjs';
import { testStage, withTestBuild } from './test-stage.mjs';

process.chdir(resolve(import.meta.dirname, '..'));
const [kind, ...patterns] = process.argv.slice(2);
if (kind !== undefined && !['unit', 'live', 'long'].includes(kind)) {
  console.error('usage: node tools/test.mjs [unit | live | long] [PATTERN…]');
  process.exit(64);
}
const mayInstall = Boolean(process.env.NEARMETAL_TEST_INSTALL || process.env.CI) && process.getuid?.() === 0;
const stages = [];

if (await preparing('npm packages', () => installNpmPackages('.'))) await (kind === undefined ? all() : one());
process.exitCode = summary(stages);

async function one() {
  const env = {
    ...(kind === 'unit' ? {} : await preparedForLiveTests()),
    ...(kind === 'long' ? await preparedForLongTests() : {}),
  };
  stages.push(...(await withTestBuild(async folder => [await testStage({ kind, folder, patterns, env })])));
}

async function all() {
  const env = await preparedForLiveTests();
  heading('checks');
  // the gates use packages that may have been installed just now
  const { gates } = await import('./gates.mjs');
  stages.push(await runGates(gates));
  const unbuilt = await withTestBuild(async folder => {
    heading(`unit tests, Node ${process.version}`);
    stages.push(await testStage({ kind: 'unit', folder, patterns: [], name: `unit tests, ${process.version}` }));
    let other;
    await preparing('Node 22', async () => {
      other = await node22();
      return other === undefined ? `skipped: no npm package of Node 22 for ${process.arch}` : other.version;
    });
    if (other !== undefined) {
      const { path, version } = other;
      heading(`unit tests, Node ${version}`);
      stages.push(await testStage({ kind: 'unit', folder, patterns: [], node: path, name: `unit tests, ${version}` }));
    }
    heading('live tests');
    stages.push(await testStage({ kind: 'live', folder, patterns: [], env }));
    return [];
  });
  stages.push(...unbuilt);
}

/** Sees to the system packages and the guests' kernel. Gives the environment that tells tests where the kernel is. */
async function preparedForLiveTests() {
  await preparing('system packages', async () => {
    const missing = await missingSystemPackages();
    if (missing.length === 0) return 'all present';
    if (mayInstall) {
      await installSystemPackages(missing);
      return `installed ${missing.join(' ')}`;
    }
    return `missing: ${missing.join(' ')}. What needs them is skipped; this installs them:\n  ${installLine}`;
  });
  let folder;
  await preparing('kernel for guests', async () => {
    folder = await guestKernel(mayInstall);
    return folder ?? 'none; tests that boot a guest are skipped';
  });
  let ordinary;
  await preparing('ordinary kernel for guests', async () => {
    ordinary = await ordinaryKernel(mayInstall);
    return ordinary ?? 'none; tests that switch the disks of a guest are skipped';
  });
  return {
    ...(folder === undefined ? {} : { NEARMETAL_TEST_KERNEL: folder }),
    ...(ordinary === undefined ? {} : { NEARMETAL_TEST_ORDINARY_KERNEL: ordinary }),
  };
}

/** Sees to the disk of the real machine. Gives the environment that tells tests where it is. */
async function preparedForLongTests() {
  let folder;
  await preparing('disk of a real machine', async () => {
    folder = await realHostImage(mayInstall);
    return folder ?? 'none; tests that boot it are skipped';
  });
  return folder === undefined ? {} : { NEARMETAL_TEST_HOST: folder };
}

/** A stage that prepares something: it has no tests of its own, but when it fails, the run has failed. Did it go well? */
async function preparing(name, work) {
  heading(name);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const says = await work();
    console.log(`  ${says}`);
    stages.push({ name, seconds: seconds(), says: says.length > 50 ? 'see above' : says });
    return true;
  } catch (error) {
    console.log(error.message.replace(/^/gm, '  '));
    stages.push({ name, seconds: seconds(), tests: 1, fail: 1, says: 'failed' });
    return false;
  }
}

function heading(text) {
  console.log(`\n── ${text}`);
}
