import type { Answer, LibvirtAnswers } from '#collect/libvirt-answers';
import type { Sources } from '#collect/sources';
import { type Known, known, unknown } from '#model/known';

/** Gives what libvirt answered to one call as a fact, with the call as its evidence; unknown where libvirt or the call gave no answer. */
export function libvirtFact<T>(
  sources: Sources,
  call: string,
  answer: (answers: LibvirtAnswers) => Answer<T>,
  print: (value: T) => string = String,
): Known<T> {
  const answers = sources.libvirt;
  if ('state' in answers) return answers;
  const given = answer(answers);
  return 'error' in given
    ? unknown(given.error, given.remedy)
    : known(given.value, { from: `${call} (${answers.uri})`, value: print(given.value) });
}
