import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { runIn, scratchClone } from '../scratch-clone.js';

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

async function cruise(folder: string): Promise<Cruise['summary']> {
  const program = join(folder, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'test'];
  const { stdout, stderr } = await runIn(folder, process.execPath, args);
  assert.ok(stdout.startsWith('{'), stderr);
  const { summary } = JSON.parse(stdout) as Cruise;
  return summary;
}

async function violations(t: TestContext, files: Readonly<Record<string, string>>): Promise<string[]> {
  const { violations: found } = await cruise(scratchClone(t, files));
  return found.map(({ from, rule }) => `${from}: ${rule.name}`).sort();
}

test('each planted breach of the import rules is reported by name', async t => {
  const rule = (id: string): string => `export default { id: '${id}' };\n`;
  const found = await violations(t, {
    'src/units/bytes.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    'src/units/pages.ts': "import type { Host } from '#model/host';\nexport type Pages = Host;\n",
    'src/model/host.ts': "import type { Guest } from '#model/guest';\nexport type Host = Guest;\n",
    'src/model/guest.ts': "import type { Host } from '#model/host';\nexport type Guest = Host | 1;\n",
    'src/rules/numa/one.ts': rule('numa/one'),
    'src/rules/numa/two.ts': `import one from '#rules/numa/one';\nexport const first = one;\n${rule('numa/two')}`,
    'src/rules/index.gen.ts': "import one from '#rules/numa/one';\nexport const rules = [one];\n",
    'src/rules/numa/all.ts': `import { rules } from '#rules/index.gen';\nexport const n = rules;\n${rule('numa/all')}`,
    'src/lab/run.ts': "import one from '#rules/numa/one';\nexport const run = one;\n",
    'src/cli/run.ts': "import { rules } from '#rules/index.gen';\nimport 'ajv';\nexport const run = rules;\n",
    'src/cli/wrong.ts': "import '#cli/nowhere';\nimport '#cli/run.test';\nimport '#attic/old';\n",
    'src/cli/run.test.ts': "import 'node:test';\n",
    'src/attic/old.ts': 'export const old = 1;\n',
    'src/apply/journal.ts': 'export const journal = 1;\nexport type Journal = 1;\n',
    'src/verify/receipt.ts': "import { journal } from '#apply/journal';\nexport const receipt = journal;\n",
    'src/verify/held.ts': "import type { Journal } from '#apply/journal';\nexport type Held = Journal;\n",
    'test/all.test.ts': "import '#cli/run';\nimport 'node:fs';\nimport '#rules/numa/one';\n",
  });
  assert.deepEqual(found, [
    'src/cli/run.ts: no-other-package',
    'src/cli/wrong.ts: known-room',
    'src/cli/wrong.ts: no-test-in-program',
    'src/cli/wrong.ts: resolvable',
    'src/cli/wrong.ts: room-cli',
    'src/lab/run.ts: rules-by-index',
    'src/model/guest.ts: no-cycle',
    'src/rules/numa/all.ts: rule-stands-alone',
    'src/rules/numa/two.ts: rule-stands-alone',
    'src/rules/numa/two.ts: rules-by-index',
    'src/units/bytes.ts: core-units',
    'src/units/pages.ts: room-units',
    'src/verify/receipt.ts: room-verify-types-only',
  ]);
});

test('what the table allows is not reported', async t => {
  const found = await violations(t, {
    'src/units/bytes.ts': "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n",
    'src/model/host.ts': "import { hash } from '#units/bytes';\nexport const host = hash;\n",
    'src/transport/files.ts': "import { readFile } from 'node:fs/promises';\nexport const read = readFile;\n",
    'src/units/bytes.test.ts': "import 'node:fs';\nimport '#model/host';\n",
    'src/cli/run.ts': "import '#transport/files';\nimport 'commander';\n",
  });
  assert.deepEqual(found, []);
});
