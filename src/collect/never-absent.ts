import { type Known, unknown } from '#model/known';

/**
 * For a fact that every machine has (an architecture, a kernel version, CPUs): that no source of it is there does not mean that the
 * machine lacks it. Gives absent as unknown, with the command that would tell.
 */
export const neverAbsent = <T>(fact: Known<T>, remedy: string): Known<T> =>
  fact.state === 'absent'
    ? unknown(fact.evidence.map(({ from, value }) => `${from}: ${value}`).join('; '), remedy)
    : fact;
