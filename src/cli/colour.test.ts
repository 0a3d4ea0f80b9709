import assert from 'node:assert/strict';
import test from 'node:test';
import { wantsColour } from '#cli/colour';

test('the flag beats NO_COLOR, which beats CLICOLOR_FORCE, which beats CLICOLOR', () => {
  assert.ok(wantsColour('always', { NO_COLOR: '1' }, false));
  assert.ok(!wantsColour('never', { CLICOLOR_FORCE: '1' }, true));
  assert.ok(!wantsColour('auto', { NO_COLOR: '1', CLICOLOR_FORCE: '1' }, true));
  assert.ok(wantsColour('auto', { NO_COLOR: '', CLICOLOR_FORCE: '1', CLICOLOR: '0' }, false));
  assert.ok(!wantsColour('auto', { CLICOLOR: '0' }, true));
  assert.ok(wantsColour('auto', {}, true));
  assert.ok(!wantsColour('auto', {}, false));
});
