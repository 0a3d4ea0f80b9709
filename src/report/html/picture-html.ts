import type { Picture, PictureGuest } from '#model/picture/picture';
import { type Html, html, trusted } from '#report/html/html';
import { table } from '#report/html/other-sections';
import { pictureNotes } from '#report/picture/picture-notes';
import { describe, legendEntries, legendSign, pictureSvg } from '#report/picture/picture-svg';
import { countWords, cpuWords, roleWords, seatSentence } from '#report/picture/picture-words';
import { printBytes, sumBytes } from '#units/bytes';

/** Gives the section with the picture of the machine, what stands beside it, and the same as tables for who cannot see it. */
export function pictureHtml(picture: Picture): Html {
  const notes = pictureNotes(picture);
  const { lacking, guests } = picture;
  return html`<section id="machine" aria-labelledby="h-machine"><h2 id="h-machine">The machine</h2>
${
  lacking === undefined
    ? html`<p class="facts">${describe(picture)}</p>
<div class="scroll picture" tabindex="0" role="region" aria-label="Picture of the machine">${trusted(pictureSvg(picture))}</div>
<ul class="legend">${legendEntries(picture).map(({ kind, says }) => html`<li>${kind !== undefined && trusted(`<svg class="pic" width="18" height="14" aria-hidden="true">${legendSign(kind, 1, 1)}</svg>`)} ${says}</li>`)}</ul>`
    : html`<p>The CPUs cannot be drawn: ${lacking}.</p>`
}
${notes.length > 0 && html`<dl class="notes">${notes.map(({ label, text, isTrouble }) => html`<div${isTrouble && trusted(' class="trouble"')}><dt>${isTrouble && '! '}${label}</dt><dd>${text}</dd></div>`)}</dl>`}
${guests.length > 0 && guestsHtml(guests)}
${lacking === undefined && cpusHtml(picture)}</section>`;
}

function guestsHtml(guests: readonly PictureGuest[]): Html {
  const rows = guests.map(guest => [
    guest.name,
    guest.state,
    guest.vcpus === undefined ? '–' : `${guest.vcpus}`,
    guest.pinned.map(({ role, ids, cpus }) => `${roleWords(role, ids.length)} on ${cpuWords(cpus)}`).join('; ') || '–',
    floatingWords(guest),
    memoryOf(guest),
  ]);
  return html`<details class="more"><summary>where ${countWords(guests.length, 'guest')} may run</summary>${table(['Guest', 'State', 'vCPUs', 'Pinned', 'Floating', 'Memory'], rows)}</details>`;
}

function floatingWords({ floating, isPlacedByNumad, lacking }: PictureGuest): string {
  if (lacking !== undefined) return lacking;
  if (isPlacedByNumad) return 'placed by numad';
  const words = [
    floating.vcpus > 0 ? roleWords('vcpu', floating.vcpus) : '',
    floating.hasEmulator ? 'emulator' : '',
    floating.iothreads > 0 ? roleWords('iothread', floating.iothreads) : '',
  ];
  return words.filter(word => word !== '').join(', ') || '–';
}

function memoryOf({ memory }: PictureGuest): string {
  if (memory.length === 0) return '–';
  const total = printBytes(sumBytes(memory.map(({ amount }) => amount)));
  const pages = [...new Set(memory.map(({ pageSize }) => pageSize))].filter(size => size !== undefined);
  const nodes = [...new Set(memory.flatMap(each => (each.nodes === undefined ? [] : [...each.nodes])))];
  const bound = nodes.length > 0 ? ` on node ${nodes.sort((a, b) => a - b).join(', ')}` : '';
  return `${total}${pages.length > 0 ? ` in ${pages.map(printBytes).join(', ')} pages` : ''}${bound}`;
}

/** The CPUs of small machines all, of large ones those on which somebody sits. */
function cpusHtml(picture: Picture): Html {
  const rows = picture.nodes.flatMap(({ id, cores }) =>
    cores.flatMap(core =>
      core.threads
        .filter(({ seats }) => picture.counts.cpus <= 64 || seats.length > 0)
        .map(({ cpu, isIsolated, seats }) => [
          `${cpu}`,
          id === undefined ? '–' : `${id}`,
          core.package === undefined ? '–' : `${core.package}`,
          core.id === undefined ? '–' : `${core.id}`,
          seats.length > 0 ? seatSentence(seats, picture) : isIsolated ? 'nothing; isolated' : 'nothing pinned',
        ]),
    ),
  );
  return html`<details class="more"><summary>who is pinned to which CPU</summary>${table(['CPU', 'Node', 'Package', 'Core', 'Pinned here'], rows)}</details>`;
}
