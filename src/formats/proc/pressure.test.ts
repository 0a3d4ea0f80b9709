import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parsePressure } from '#formats/proc/pressure';
import { hostileText } from '../../../test/hostile-text.js';

test('the shares of the line “some” are read; “full” is another quantity', () => {
  const full = 'full avg10=9.00 avg60=9.00 avg300=9.00 total=9\n';
  assert.deepEqual(parsePressure(`some avg10=0.50 avg60=12.40 avg300=100.00 total=123456\n${full}`), {
    some10: 0.5,
    some60: 12.4,
    some300: 100,
  });
  assert.equal(parsePressure(full), undefined);
  assert.equal(parsePressure('some avg10=x avg60=0.00 avg300=0.00 total=0'), undefined);
  fc.assert(
    fc.property(hostileText('some ', 'avg10', '0.00', 'avg60', 'avg300', 'total'), text => void parsePressure(text)),
  );
});
