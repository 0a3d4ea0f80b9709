import type { Content } from '#apply/journal-record';
import { knobContent } from '#apply/knob-content';
import { observeGuest } from '#apply/observe-guest';
import type { ChangeStory } from '#apply/run-story';
import { sha256 } from '#apply/sha256';
import type { Target } from '#apply/target';
import { domainHash } from '#formats/domain-xml/domain-hash';
import { parseChoice } from '#formats/sys/bracketed-choice';

/**
 * Whether all that a broken-off change wrote to is as it was before, or as the change left it: nobody else was at it. What was being
 * written when it was broken off may be either, or what the kernel made of it.
 */
export async function isOurDoing(target: Target, { steps }: Pick<ChangeStory, 'steps'>): Promise<boolean> {
  const inFlight = steps.at(-1);
  for (const on of new Set(steps.filter(({ does }) => writing.has(does)).map(({ on }) => on))) {
    const ours = steps.filter(step => step.on === on);
    if (inFlight?.on === on && !inFlight.isDone && (inFlight.does === 'write-knob' || inFlight.does.endsWith('guest')))
      continue;
    const known = new Set<Content | undefined>(ours.flatMap(({ from, writes, reads }) => [from, writes, reads]));
    const [first] = ours;
    const now = first === undefined ? [] : await contentsOf(target, first.does, on);
    if (!now.some(content => known.has(content))) return false;
  }
  return true;
}

const writing: ReadonlySet<string> = new Set([
  'write-file',
  'restore-file',
  'write-knob',
  'define-guest',
  'restore-guest',
]);

/** The hashes by which what stands there now may have been put down. */
async function contentsOf(
  target: Target,
  does: ChangeStory['steps'][number]['does'],
  on: string,
): Promise<readonly Content[]> {
  switch (does) {
    case 'write-knob': {
      const text = knobContent(target.files, on) ?? '';
      const chosen = parseChoice(text)?.chosen;
      return [sha256(text), sha256(text.trim()), ...(chosen === undefined ? [] : [sha256(chosen)])];
    }
    case 'write-file':
    case 'restore-file': {
      const stored = target.files.load(on);
      return [stored === undefined ? null : sha256(stored.bytes)];
    }
    case 'define-guest':
    case 'restore-guest': {
      const xml = await observeGuest(target, on, 'stored');
      return xml === undefined ? [null] : [sha256(xml), domainHash(xml, on)];
    }
    default:
      return [];
  }
}
