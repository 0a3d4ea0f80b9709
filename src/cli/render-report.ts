import { nextTurn } from '#cli/next-turn';
import { jsonText } from '#cli/output';
import type { CheckReport } from '#report/check-report';
import type { Style } from '#report/human/style';

/** How much a report for people says. */
type Detail = 'summary' | 'normal' | 'verbose';

/** A form of the report; what renders it is loaded when it is asked for. */
type Renderer = (report: CheckReport, detail: Detail, style: Style) => Promise<string>;

const forPeople = (): Promise<typeof import('#report/human/check-text')> => import('#report/human/check-text');

const renderers = {
  human: async (report, detail, style) => (await forPeople()).checkText(report, style, detail),
  json: async report => jsonText((await import('#report/json/check-json')).checkJson(report)),
  sarif: async report => jsonText((await import('#report/sarif/check-sarif')).checkSarif(report)),
  junit: async report => (await import('#report/junit/check-junit')).checkJunit(report),
  markdown: async (report, detail) => (await import('#report/markdown/check-markdown')).checkMarkdown(report, detail),
  prometheus: async report => (await import('#report/prometheus/check-prometheus')).checkPrometheus(report),
  html: async report => (await import('#report/html/check-html')).checkHtml(report),
} as const satisfies Readonly<Record<string, Renderer>>;

/** The forms that `check` prints its report in, the usual one first. */
export const reportFormats: readonly string[] = Object.keys(renderers);

/** Gives the report in a form of `reportFormats`. */
export async function renderReport(report: CheckReport, format: string, detail: Detail, style: Style): Promise<string> {
  const known: Readonly<Record<string, Renderer>> = renderers;
  const render = known[format] ?? renderers.human;
  return render(report, detail, style);
}

/** Loads what renders the usual form, in the time in which libvirt is waited for. */
export async function loadRenderer(format: string): Promise<void> {
  await nextTurn();
  await nextTurn();
  if (format === 'human') await forPeople();
}
