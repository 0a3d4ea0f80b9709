import { type CheckOptions, check } from '#cli/commands/check';

/** `nearmetal image advise`: judges images by the rules about images, as check would with a guest around each. */
export const imageAdvise = (paths: readonly string[], options: CheckOptions): Promise<number> =>
  check(paths, { ...options, as: 'image', rule: options.rule.length > 0 ? options.rule : ['image'] });
