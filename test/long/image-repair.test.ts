import test from 'node:test';
import { noRepair, repairAll } from '../image-operations/repair-images.js';

test('every damaged qcow2 image is repaired, or refused with the reason, and comes back', { skip: noRepair }, t => {
  t.diagnostic(JSON.stringify(repairAll('qcow2-broken', 'qcow2')));
});
