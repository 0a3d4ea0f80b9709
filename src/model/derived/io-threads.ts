import { runningGuests } from '#model/derived/committed-guests';
import type { Guest } from '#model/guest';
import { chainKnown, type Known, known } from '#model/known';
import { oncePer } from '#model/once-per';

/** I/O threads of all guests that run. */
export interface IoThreads {
  readonly sum: number;
  /** The guest that has most of them, the first of several; undefined where there are none. */
  readonly largest: string | undefined;
}

/** Gives how many I/O threads the running guests ask for together; unknown where one was not read. */
export const ioThreads = oncePer(
  (guests: Known<readonly Guest[]>): Known<IoThreads> =>
    chainKnown(runningGuests(guests), running => {
      let sum = 0;
      let most = 0;
      let largest: string | undefined;
      for (const { name, config } of running) {
        if (config.iothreads.state === 'unknown') return config.iothreads;
        const count = config.iothreads.state === 'known' ? config.iothreads.value : 0;
        sum += count;
        if (count > most) {
          most = count;
          largest = name;
        }
      }
      return known({ sum, largest });
    }),
);
