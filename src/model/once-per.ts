/**
 * Takes a function of one object; gives one that computes once for each object, by identity. For what every one of N guests asks about
 * all N of them: the answer is kept as long as the object lives. Whatever else is handed to it may help to compute, and must not change
 * the value.
 */
export function oncePer<Key extends object, Value, Help extends readonly unknown[] = []>(
  compute: (key: Key, ...help: Help) => Value,
): (key: Key, ...help: Help) => Value {
  const computed = new WeakMap<Key, { readonly value: Value }>();
  return (key, ...help) => {
    let kept = computed.get(key);
    if (kept === undefined) {
      kept = { value: compute(key, ...help) };
      computed.set(key, kept);
    }
    return kept.value;
  };
}

/** The same for a function of two objects. */
export function oncePerPair<First extends object, Second extends object, Value>(
  compute: (first: First, second: Second) => Value,
): (first: First, second: Second) => Value {
  const byFirst = oncePer((first: First) => oncePer((second: Second) => compute(first, second)));
  return (first, second) => byFirst(first)(second);
}
