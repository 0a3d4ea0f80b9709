import assert from 'node:assert/strict';
import test from 'node:test';
import { readDefinition } from '#collect/guest/read-definition';
import { interfacePath } from '#model/derived/interface-path';
import { valueIfKnown } from '#model/known';

test('an interface is found by its address, and without one by its place', () => {
  const { config } = readDefinition(
    "<domain type='kvm'><name>g</name><devices><interface type='user'><mac address='52:54:00:AB:00:01'/></interface><interface type='user'/></devices></domain>",
    { source: 'g.xml', isFile: true },
  );
  assert.deepEqual(
    (valueIfKnown(config.nics) ?? []).map(nic => interfacePath(nic, config)),
    ["devices/interface[mac/@address='52:54:00:ab:00:01']", 'devices/interface[2]'],
  );
});
