import type { DomainPart } from '#change/domain/domain-part';
import { partPlace } from '#change/domain/part-path';
import { partForm } from '#change/domain/read-part';
import { childOrder } from '#change/domain/schema-order';
import { type PathCondition, type PathStep, parsePath } from '#formats/xml/xml-path';

/** A part of a domain XML with all that an editor needs that does not know our paths. Plain JSON; what is missing is nothing. */
export interface GuestPart {
  readonly path: string;
  readonly steps: readonly GuestStep[];
  readonly attribute?: string;
  readonly form: 'attribute' | 'text' | 'element';
  readonly before?: string;
  readonly after?: string;
}

/** One element on the way. */
export interface GuestStep {
  readonly name: string;
  readonly conditions?: readonly GuestCondition[];
}

/** What the element is like: its number among those of its name, or what stands below it. */
export type GuestCondition =
  | { readonly index: number }
  | { readonly path?: readonly GuestStep[]; readonly attribute?: string; readonly value: string };

/** Gives the parts of a change of a guest for an editor: those of `after`, with what stood there. */
export function guestParts(before: readonly DomainPart[], after: readonly DomainPart[]): readonly GuestPart[] {
  return after.map(({ path, content }) => {
    const was = before.find(part => part.path === path)?.content;
    const { steps, attribute } = partPlace(path);
    return {
      path,
      steps: steps.map(stepOf),
      ...(attribute !== undefined && { attribute }),
      form: partForm(path, [content, was]),
      ...(was !== undefined && { before: was }),
      ...(content !== undefined && { after: content }),
    };
  });
}

function stepOf({ name, conditions }: PathStep): GuestStep {
  return conditions.length === 0 ? { name } : { name, conditions: conditions.map(conditionOf) };
}

function conditionOf({ index, path, attribute, value }: PathCondition): GuestCondition {
  if (index !== undefined) return { index };
  const steps = parsePath(path).map(stepOf);
  return { ...(steps.length > 0 && { path: steps }), ...(attribute !== undefined && { attribute }), value };
}

/** The order of children in each element that parts are in. */
export function ordersFor(parts: readonly GuestPart[]): Readonly<Record<string, readonly string[]>> {
  const names = new Set(['domain', ...parts.flatMap(({ steps }) => steps.map(({ name }) => name))]);
  const orders = [...names].sort().map(name => [name, childOrder(name)] as const);
  return Object.fromEntries(orders.filter(([, order]) => order.length > 0));
}
