import type { Rule } from '#check/define-rule';
import type { Example } from '#check/example';
import { subjectsOf } from '#check/subjects';
import { exampleSources } from '#cli/examples/example-sources';
import { collectMachine } from '#collect/machine';

/**
 * Gives the facts that a rule reads, as paths in the model (`host.memory.ksm`, `guest.config.memory`): its selectors are run over
 * the machines of its examples, and what they touch is written down.
 */
export function factsOf(rule: Rule): readonly string[] {
  const touched = new Set<string>();
  const examples: readonly Example[] = [{ name: 'the reference machine', expect: 'good' }, ...rule.examples];
  for (const example of examples) {
    const machine = collectMachine({ source: example.name, extent: 'host', sources: exampleSources(example) });
    const [first] = subjectsOf(machine)(rule.subject);
    if (first === undefined) continue;
    const view = watch(first.view, '', { touched, made: new WeakMap() });
    const setting = {
      intents: [],
      intentsOf: () => [],
      isIntentSaid: true,
      policy: 'current',
      params: {},
      now: new Date(0),
    } as const;
    rule.scope?.holds(asRuleView(view), setting);
    // a fact that is handed on as it is was read, too
    for (const need of Object.values(rule.needs)) void need(asRuleView(view)).state;
  }
  return [...touched].sort();
}

/** A rule's views are those of its own subject; the types of them all are not told apart here. */
const asRuleView = (view: unknown): never => view as never;

/** What is written down, and what stands for each object that was met: a selector may ask whether two are the same. */
interface Watch {
  readonly touched: Set<string>;
  readonly made: WeakMap<object, Map<string, unknown>>;
}

/** Wraps plain objects and lists so that the path of every fact looked at is written down; lists of guests are told as one guest. */
function watch(value: unknown, path: string, watching: Watch): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return value;
  const made = watching.made.get(value) ?? new Map<string, unknown>();
  watching.made.set(value, made);
  const there = made.get(path);
  if (there !== undefined) return there;
  const proxy = new Proxy(value, {
    get(target, name, receiver) {
      const part: unknown = Reflect.get(target, name, receiver);
      if (typeof name === 'symbol' || typeof part === 'function') return part;
      if (name === 'state' && 'state' in target && isState(part)) {
        if (path !== 'guest') watching.touched.add(path);
        return part;
      }
      const isStep = name === 'value' || /^\d+$/.test(name);
      return watch(part, isStep ? path : path === '' ? singular(name) : `${path}.${name}`, watching);
    },
  });
  made.set(path, proxy);
  return proxy;
}

const isState = (state: unknown): boolean => state === 'known' || state === 'absent' || state === 'unknown';

const singular = (name: string): string => (name === 'guests' ? 'guest' : name);
