import { toJsonSchema } from '@valibot/to-json-schema';
import { load } from './load.mjs';

/** docs/schemas/*.schema.json: the documents that `--format json` prints. */
export async function schemas() {
  const { checkDocument } = await load('src/report/check-schema.ts');
  const { errataDocument } = await load('src/report/errata-schema.ts');
  return [schema('check', checkDocument), schema('errata', errataDocument)];
}

function schema(name, document) {
  const path = `schemas/${name}-1.schema.json`;
  const text = { $id: `https://nearmetal.dev/${path}`, title: `nearmetal.${name}/1`, ...toJsonSchema(document) };
  return { path: `docs/${path}`, text: `${JSON.stringify(text, undefined, 2)}\n` };
}
