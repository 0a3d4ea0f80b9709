import assert from 'node:assert/strict';
import { type ParsedDomain, parseDomain } from '#formats/domain-xml/parse-domain';
import { parseXml } from '#formats/xml/parse-xml';
import type { DomainConfig } from '#model/domain-config';
import type { Known } from '#model/known';

/** Parses a domain element, given what stands inside it (from line 2 on) and its attributes, as if it came from the file g.xml. */
export const domainOf = (inside: string, attributes = "type='kvm'"): ParsedDomain => {
  const text = `<domain ${attributes}>\n${inside}\n</domain>`;
  return parseDomain(parseXml(text, { file: 'g.xml' }).root, { source: 'g.xml', isFile: true });
};

/** The definition alone. */
export const configOf = (inside: string, attributes?: string): DomainConfig => domainOf(inside, attributes).config;

/** The definition of a domain with these devices. */
export const devicesOf = (inside: string): DomainConfig => configOf(`<devices>${inside}</devices>`);

/** Gives the value of a fact that must be known. */
export function knownValue<T>(fact: Known<T>): T {
  if (fact.state !== 'known') assert.fail(`${fact.state}: ${JSON.stringify(fact)}`);
  return fact.value;
}

/** Gives the reason of a fact that must be unknown. */
export const reasonOf = (fact: Known<unknown>): string =>
  fact.state === 'unknown' ? fact.reason : assert.fail(fact.state);
