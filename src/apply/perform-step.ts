import { setTimeout as sleep } from 'node:timers/promises';
import { systemReason } from '#apply/system-reason';
import type { Target } from '#apply/target';
import type { Step } from '#change/step';
import { maskOutput } from '#formats/secrets/mask-output';

/** A step on knobs or programs. */
type MachineStep = Extract<Step, { readonly do: 'write-knob' | 'wait' | 'run' }>;

/** What came of a step. `not-live`: it was not done, since the target is a tree of files. */
export type Performed = 'done' | 'not-live';

/** A step was not done, or not wholly; the message says why, in words that hold no secret. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** How often a knob is looked at that is waited for. */
const patienceMs = 100;

/** Carries out one step. `abort` ends a wait, nothing else. Rejects with StepFailed. */
export async function performStep(target: Target, step: MachineStep, abort: AbortSignal): Promise<Performed> {
  if (!target.isLive) return 'not-live';
  switch (step.do) {
    case 'write-knob':
      writeKnob(target, step);
      break;
    case 'wait':
      await waitFor(target, step, abort);
      break;
    case 'run':
      await start(target, step.argv);
      break;
  }
  return 'done';
}

function writeKnob({ files }: Target, { path, text }: Extract<Step, { readonly do: 'write-knob' }>): void {
  try {
    files.writeKnob(path, text);
  } catch (error) {
    throw new StepFailed(
      `${path}: ${systemReason(error) ?? (error instanceof Error ? error.message : String(error))}`,
      { cause: error },
    );
  }
}

async function waitFor(
  { files }: Target,
  { path, until, seconds }: Extract<Step, { readonly do: 'wait' }>,
  abort: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += patienceMs) {
    const found = files.read(path);
    const text = found.outcome === 'ok' ? found.value.replace(/\n$/, '') : undefined;
    if (text === until) return;
    if (abort.aborted) throw new StepFailed(`${path} was not waited for any longer: interrupted`);
    if (waitedMs >= seconds * 1000)
      throw new StepFailed(
        `${path} did not become ${until} in ${seconds} s${text === undefined ? '' : `: it is ${text}`}`,
      );
    await sleep(patienceMs);
  }
}

async function start(target: Target, argv: readonly string[]): Promise<void> {
  const { code, output } = await target.run(argv);
  if (code === 0) return;
  const said = maskOutput(output).trim().split('\n').slice(-3).join(' · ').slice(0, 500);
  const how = code === undefined ? 'was ended by a signal' : code === 127 ? 'is not installed' : `ended with ${code}`;
  throw new StepFailed(`${argv[0] ?? ''} ${how}${said === '' ? '' : `: ${said}`}`);
}
