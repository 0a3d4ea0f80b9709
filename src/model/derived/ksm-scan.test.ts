import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ksmTuner, pagesOfScan, pagesToScanFor, secondsOfScan } from '#model/derived/ksm-scan';
import { mergeableGuests } from '#model/derived/mergeable-guests';
import { known, unknown } from '#model/known';
import type { Ksm } from '#model/ksm';
import type { Service } from '#model/service';
import { gib, kib } from '#units/bytes';
import { sketchConfig, sketchGuest, sketchHost, sketchMemory } from '../../../test/sketches.js';

const ksm = (parts: Partial<Ksm> = {}): Ksm => ({
  run: 1,
  pagesToScan: 1000,
  sleepMs: 1000,
  mergeAcrossNodes: 1,
  maxPageSharing: 256,
  pagesShared: 0,
  pagesSharing: 0,
  pagesUnshared: 0,
  pagesVolatile: 0,
  fullScans: 0,
  generalProfit: undefined,
  zeroPages: undefined,
  advisorMode: undefined,
  useZeroPages: undefined,
  smartScan: undefined,
  ...parts,
});
const host = (parts: Partial<Ksm>, services: readonly Service[] = []) =>
  sketchHost({ memory: sketchMemory({ ksm: known(ksm(parts)) }), services: known(services) });
const service = (name: string, isActive: boolean | undefined): Service => ({
  name,
  isInstalled: true,
  isMasked: false,
  isEnabled: true,
  isActive,
  evidence: [],
});
const nosharepages = {
  hugepages: undefined,
  nosharepages: true,
  locked: false,
  source: undefined,
  access: undefined,
  allocation: undefined,
  discard: false,
};

test('the kernel’s advisor, ksmtuned and MOM choose the speed; one whose state is not known leaves it open', () => {
  const tuner = (parts: Partial<Ksm>, services?: readonly Service[]) => {
    const fact = ksmTuner(host(parts, services));
    return fact.state === 'known' ? fact.value : fact.state;
  };
  assert.equal(tuner({}), undefined);
  assert.equal(tuner({ advisorMode: 'none' }), undefined);
  assert.equal(tuner({ advisorMode: 'scan-time' }), "the kernel's advisor");
  assert.equal(tuner({}, [service('ksmtuned.service', true)]), 'ksmtuned.service');
  assert.equal(tuner({}, [service('ksmtuned.service', false)]), undefined);
  assert.equal(tuner({}, [service('ksmtuned.service', undefined)]), 'unknown');
});

test('guests that opt out or are off are not scanned', () => {
  const guests = [
    sketchGuest('a'),
    sketchGuest('b', { config: sketchConfig({ memoryBacking: known(nosharepages) }) }),
    sketchGuest('c', { state: known('shut-off') }),
    sketchGuest('d', { config: sketchConfig({ memory: unknown('odd') }) }),
  ];
  const fact = mergeableGuests(known(guests));
  assert.ok(fact.state === 'known');
  assert.deepEqual(
    [fact.value.guests.map(({ name }) => name), fact.value.memory, fact.value.missing?.reason],
    [['a'], gib(4), 'odd'],
  );
});

test('before its first full scan ksmd’s counters say little: the guests’ memory stands in', () => {
  const guests = known([sketchGuest('a')]);
  const pages = (parts: Partial<Ksm>) => {
    const fact = pagesOfScan(host(parts), guests);
    return fact.state === 'known' ? fact.value : fact.state;
  };
  assert.equal(pages({ pagesUnshared: 10 }), gib(4) / kib(4));
  assert.equal(pages({ pagesUnshared: 10, fullScans: 1 }), 10);
  assert.equal(pagesOfScan(sketchHost({ memory: sketchMemory() }), guests).state, 'absent');
});

test('the guide’s pair takes 4.7 hours for 64 GiB, the default pair less than one', () => {
  const pages = gib(64) / kib(4);
  assert.equal((secondsOfScan(pages, { pagesToScan: 1000, sleepMs: 1000 }) / 3600).toFixed(1), '4.7');
  assert.equal((secondsOfScan(pages, { pagesToScan: 100, sleepMs: 20 }) / 3600).toFixed(1), '0.9');
  assert.equal(secondsOfScan(pages, { pagesToScan: 0, sleepMs: 20 }), Number.POSITIVE_INFINITY);
});

test('the pages chosen end a scan in time wherever the limit allows', () => {
  const speed = { targetSeconds: 1800, leastSleepMs: 2000, fewestPages: 1000, mostPages: 10_000 };
  fc.assert(
    fc.property(fc.nat(40_000_000), fc.integer({ min: 1, max: 5000 }), (pages, sleepMs) => {
      const pagesToScan = pagesToScanFor(pages, sleepMs, speed);
      assert.ok(pagesToScan >= 1000 && pagesToScan <= 10_000);
      const seconds = secondsOfScan(pages, { pagesToScan, sleepMs: Math.max(sleepMs, 2000) });
      assert.ok(seconds <= 1800 || pagesToScan === 10_000);
    }),
  );
});
