import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Ajv } from 'ajv';
import { known } from '#model/known';
import { machinePicture } from '#model/picture/machine-picture';
import { topologyJson } from '#report/json/topology-json';
import { gib } from '#units/bytes';
import { gridOfCpus, guestWithPins, machineOf } from '../../../test/picture-sketches.js';
import { sketchHost } from '../../../test/sketches.js';

const validate = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync('docs/schemas/topology-1.schema.json', 'utf8')),
);

test('the picture as JSON validates against the schema that ships, with a machine and without', () => {
  const { cpus, nodes } = gridOfCpus(2, 2, 2, gib(8));
  const guests = [guestWithPins('db01', { 0: '1', 1: '5,40' }, { emulator: '0', iothreads: { 1: '0-7' } })];
  for (const host of [sketchHost({ cpus: known(cpus), nodes: known(nodes) }), sketchHost()]) {
    const picture = machinePicture(machineOf(host, guests));
    const document = JSON.parse(JSON.stringify(topologyJson(picture, '0.1.0', [{ message: 'x' }])));
    assert.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 3)));
  }
  assert.equal(validate({ schema: 'nearmetal.topology/1' }), false);
});
