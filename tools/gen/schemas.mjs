import { toJsonSchema } from '@valibot/to-json-schema';
import { load } from './load.mjs';

/** docs/schemas/*.schema.json: the documents that `--format json` prints, and those that are read as settings. */
export async function schemas() {
  const { checkDocument } = await load('src/report/check-schema.ts');
  const { errataDocument } = await load('src/report/errata-schema.ts');
  const { topologyDocument } = await load('src/report/topology-schema.ts');
  const { argvDocument } = await load('src/report/argv/argv-schema.ts');
  const { planDocument } = await load('src/plan/plan-schema.ts');
  const { runDocument } = await load('src/report/run/run-schema.ts');
  const { statusDocument, verifyDocument } = await load('src/report/status/status-schema.ts');
  const { historyDocument, pruneDocument } = await load('src/report/history/history-schema.ts');
  const { settingsSchema, waiversSchema } = await load('src/wishes/settings-schema.ts');
  return [
    schema('argv', argvDocument),
    schema('check', checkDocument),
    schema('errata', errataDocument),
    schema('history', historyDocument),
    schema('plan', planDocument),
    schema('prune', pruneDocument),
    schema('run', runDocument),
    schema('settings', settingsSchema, 'input'),
    schema('status', statusDocument),
    schema('topology', topologyDocument),
    schema('verify', verifyDocument),
    schema('waivers', waiversSchema, 'input'),
  ];
}

function schema(name, document, typeMode) {
  const path = `schemas/${name}-1.schema.json`;
  const text = { $id: `https://nearmetal.dev/${path}`, title: `nearmetal.${name}/1`, ...shapeOf(document, typeMode) };
  return { path: `docs/${path}`, text: `${JSON.stringify(text, undefined, 2)}\n` };
}

/** Of documents that are read, trimming is not a matter of shape. */
function shapeOf(document, typeMode) {
  if (typeMode === undefined) return toJsonSchema(document);
  return toJsonSchema(document, { typeMode, ignoreActions: ['trim'] });
}
