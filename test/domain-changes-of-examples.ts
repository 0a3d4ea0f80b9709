import assert from 'node:assert/strict';
import type { Change } from '#change/change';
import { type DomainXmlChange, domainXmlKind } from '#change/kinds/domain-xml';
import { exampleOutcomes } from '#cli/examples/example-outcomes';
import { exampleSources } from '#cli/examples/example-sources';
import { rules } from '#rules/index.gen';

/** A change of a definition that a rule asks for in one of its examples. */
export interface ChangeOfExample {
  readonly rule: string;
  readonly example: string;
  /** The guest's stored definition. */
  readonly xml: string;
  /** As it runs; undefined: it does not. */
  readonly liveXml: string | undefined;
  readonly change: DomainXmlChange;
}

/** All changes of definitions that rules ask for in their examples. */
export const domainChangesOfExamples = (): readonly ChangeOfExample[] =>
  rules
    .filter(({ judgedBy }) => judgedBy !== 'gate')
    .flatMap(rule =>
      rule.examples
        .filter(({ expect }) => expect === 'bad')
        .flatMap(example => {
          const outcome = exampleOutcomes(rule, example);
          const fix = outcome.outcome === 'bad' ? (outcome.finding.fix ?? []) : [];
          const { libvirt } = exampleSources(example);
          return fix.filter(isDomainChange).map(change => {
            const domains = 'domains' in libvirt && 'value' in libvirt.domains ? libvirt.domains.value : [];
            const domain = domains.find(({ name }) => name === change.on);
            assert.ok(domain !== undefined && 'value' in domain.xml, `${rule.id}: there is no guest ${change.on}`);
            const live = domain.liveXml !== undefined && 'value' in domain.liveXml ? domain.liveXml.value : undefined;
            return { rule: rule.id, example: example.name, xml: domain.xml.value, liveXml: live, change };
          });
        }),
    );

const isDomainChange = (change: Change): change is DomainXmlChange => domainXmlKind.fault(change) === undefined;
