import { toJsonSchema } from '@valibot/to-json-schema';
import { load } from './load.mjs';

/** docs/schemas/check-1.schema.json: what `nearmetal check --format json` prints. */
export async function schemas() {
  const { checkDocument } = await load('src/report/check-schema.ts');
  const schema = {
    $id: 'https://nearmetal.dev/schemas/check-1.schema.json',
    title: 'nearmetal.check/1',
    ...toJsonSchema(checkDocument),
  };
  return [{ path: 'docs/schemas/check-1.schema.json', text: `${JSON.stringify(schema, undefined, 2)}\n` }];
}
