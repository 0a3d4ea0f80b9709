import { filesUnder } from '../files.mjs';

/** src/rules/index.gen.ts: every rule, in the order of their paths. */
export async function rulesIndex() {
  const modules = (await filesUnder('src/rules', '.ts'))
    .filter(path => path.split('/').length > 3 && !path.endsWith('.test.ts'))
    .map(path => path.slice('src/'.length, -'.ts'.length));
  const imports = modules.map(module => ({ module, name: identifier(module.slice('rules/'.length)) }));
  const text = `// Generated from the files in src/rules by tools/gen.mjs. Do not edit.
import type { Rule } from '#check/define-rule';
${imports.map(({ module, name }) => `import ${name} from '#${module}';\n`).join('')}
/** Every rule, by path. */
export const rules: readonly Rule[] = [
${imports.map(({ name }) => `  ${name},\n`).join('')}];
`;
  return [{ path: 'src/rules/index.gen.ts', text }];
}

/** guest-net/virtio-model → guestNetVirtioModel */
function identifier(path) {
  return path.replace(/[^A-Za-z0-9]+(.)/g, (_, letter) => letter.toUpperCase());
}
