import { createHash } from 'node:crypto';
import { canonicalJson } from '#change/canonical-json';
import type { Plan } from '#plan/plan';

/** Names a plan by its content: the first 12 hex digits of the SHA-256 of its canonical JSON. The same input gives the same plan, and the same name. */
export const planId = (plan: Plan): string =>
  createHash('sha256').update(canonicalJson(plan)).digest('hex').slice(0, 12);
