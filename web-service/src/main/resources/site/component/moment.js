import { html } from '../vendor/lit-html-3.3.3/lit-html.js';

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'long' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });

/** A day, with the exact time when pointed at. */
export function moment(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? html`<span class="date"></span>`
    : html`<time class="date" datetime=${iso} title=${EXACT.format(date)}>${DAY.format(date)}</time>`;
}
