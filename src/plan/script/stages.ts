import { guestParts } from '#change/domain/guest-part';
import { changeKinds } from '#change/kind-of';
import { partsOf } from '#plan/change-parts';
import type { Epoch, PlannedChange } from '#plan/plan';
import type { GuestGuard, ScriptStage } from '#plan/script/plan-script';

/** A stage, before its changes are made statements. */
export interface StagedChanges extends Omit<ScriptStage, 'works'> {
  readonly changes: readonly PlannedChange[];
}

/** A stage comes after the round before it, and within a round after what is sooner to be had. */
interface Place {
  readonly round: number;
  readonly epoch: Epoch;
}

const epochs: readonly Epoch[] = ['at-once', 'daemon-restart', 'guest-power-cycle', 'host-reboot'];
const names: Readonly<Record<Epoch, string>> = {
  'at-once': 'now',
  'daemon-restart': 'after-daemon-restart',
  'guest-power-cycle': 'after-power-cycle',
  'host-reboot': 'after-reboot',
};

/** Divides changes into what is done now, and what waits for the effect of others: a restart, a power cycle, a reboot. */
export function stagesOf(changes: readonly PlannedChange[]): readonly StagedChanges[] {
  const places = new Map<number, Place>();
  const stages = new Map<string, { place: Place; changes: PlannedChange[] }>();
  for (const planned of changes) {
    const place = placeOf(planned, changes, places);
    places.set(planned.number, place);
    const key = nameOf(place);
    const stage = stages.get(key) ?? { place, changes: [] };
    stage.changes.push(planned);
    stages.set(key, stage);
  }
  return [...stages]
    .sort(([, a], [, b]) => rank(a.place) - rank(b.place))
    .map(([name, { place, changes: own }]) => ({
      name,
      changes: own,
      isAfterReboot: place.epoch === 'host-reboot',
      awaitedGuests: awaitedGuests(own, changes),
    }));
}

const rank = ({ round, epoch }: Place): number => round * epochs.length + epochs.indexOf(epoch);

const nameOf = ({ round, epoch }: Place): string => names[epoch] + (round === 0 ? '' : `-${round + 1}`);

/** The first stage in which all that a change waits for is in force. */
function placeOf(
  { waitsFor }: PlannedChange,
  changes: readonly PlannedChange[],
  places: ReadonlyMap<number, Place>,
): Place {
  return waitsFor
    .map((number): Place => {
      const epoch = changes.find(one => one.number === number)?.epoch ?? 'at-once';
      const own = places.get(number) ?? { round: 0, epoch: 'at-once' };
      if (epoch === 'at-once') return own;
      // what comes with the reboot that its own stage waited for needs another one
      return { round: own.round + (epochs.indexOf(epoch) > epochs.indexOf(own.epoch) ? 0 : 1), epoch };
    })
    .reduce<Place>((latest, one) => (rank(one) > rank(latest) ? one : latest), { round: 0, epoch: 'at-once' });
}

/** Guests whose stored half was changed, and whose running half is awaited. */
const awaitedGuests = (own: readonly PlannedChange[], changes: readonly PlannedChange[]): readonly GuestGuard[] =>
  changes
    .filter(
      ({ number, epoch }) => epoch === 'guest-power-cycle' && own.some(({ waitsFor }) => waitsFor.includes(number)),
    )
    .filter(({ change }) => changeKinds.get(change.kind) !== undefined && partsOf(change.after).length > 0)
    .map(({ change }) => ({
      on: 'guest',
      guest: change.on,
      half: 'running',
      parts: guestParts(
        partsOf(change.before).map(({ path, content }) => ({ path, content })),
        partsOf(change.after).map(({ path, content }) => ({ path, content })),
      ),
    }));
