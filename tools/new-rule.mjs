// npm run new-rule -- area/name [--guide 4.1.2 …] [--subject host]: writes src/rules/area/name.ts from the template.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const subjects = ['host', 'guest', 'disk', 'nic', 'image', 'network', 'pool'];

process.chdir(resolve(import.meta.dirname, '..'));
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { guide: { type: 'string', multiple: true, default: [] }, subject: { type: 'string', default: 'host' } },
  });
  await newRule(positionals, values);
} catch (error) {
  console.error(error.message);
  console.error(`usage: npm run new-rule -- area/name [--guide SECTION …] [--subject ${subjects.join('|')}]`);
  process.exitCode = 64;
}

async function newRule([id, ...others], { guide, subject }) {
  if (others.length > 0 || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*\/[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id ?? '')) {
    throw new Error('An id is area/name, both in-words-like-this.');
  }
  if (!subjects.includes(subject)) throw new Error(`There is no subject ${subject}.`);
  const wrong = guide.find(section => !/^\d+(\.\d+)*$/.test(section));
  if (wrong !== undefined) throw new Error(`${wrong} is not the number of a section.`);

  const path = `src/rules/${id}.ts`;
  const sections = guide.map(section => `'${section}'`).join(', ');
  const beyond =
    guide.length === 0 ? "\n  beyond: 'Why an expert expects it although the guide does not name it.'," : '';
  const template = await readFile('tools/templates/rule.ts', 'utf8');
  const text = template
    .replace("id: 'area/name'", `id: '${id}'`)
    .replace("subject: 'host'", `subject: '${subject}'`)
    .replace("guide: ['0.0'],", `guide: [${sections}],${beyond}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: 'wx' }).catch(error => {
    throw error.code === 'EEXIST' ? new Error(`${path} is there already.`) : error;
  });
  console.log(`${path} is written. Next:
  its line in src/rules/catalogue.ts, with the same sections
  its examples, a bad one first
  npm run gen
  npm run test:unit -- conformance/rules`);
}
