import { readFile } from 'node:fs/promises';

/** src/cli/version.gen.ts: the version in package.json, without reading a file when the program starts. */
export async function version() {
  const { version: number } = JSON.parse(await readFile('package.json', 'utf8'));
  const text = `// Generated from package.json by tools/gen.mjs. Do not edit.\nexport const version = '${number}';\n`;
  return [{ path: 'src/cli/version.gen.ts', text }];
}
