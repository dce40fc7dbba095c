import { html, svg } from '../vendor/lit-html-3.3.3/lit-html.js';

/** Drawn for this site on a grid of 20; strokes take the colour of the text. */
const SHAPES = {
  heart: svg`<path d="M10 16.5S3 12.4 3 7.6A3.6 3.6 0 0 1 10 6.2a3.6 3.6 0 0 1 7 1.4c0 4.8-7 8.9-7 8.9Z" />`,
  plus: svg`<path d="M10 4.5v11M4.5 10h11" />`,
  check: svg`<path d="m4.5 10.5 3.5 3.5 7.5-8" />`,
  close: svg`<path d="m5.5 5.5 9 9m0-9-9 9" />`,
  trash: svg`<path d="M4 6h12M8 6V4h4v2m-6.5 0 .7 10h7.6l.7-10M8.7 9v4.5m2.6-4.5v4.5" />`,
  pencil: svg`<path d="m4 16 .8-3.4L13 4.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16Zm7.6-10.2 2.6 2.6" />`,
  gear: svg`<path d="M3.5 6h7m5 0h1m-13 8h1m5 0h7" /><circle cx="13" cy="6" r="2.3" /><circle cx="7" cy="14" r="2.3" />`,
  cloud: svg`<path d="M6 15.5a3.2 3.2 0 0 1-.4-6.4 4.5 4.5 0 0 1 8.7-.8 3.6 3.6 0 0 1-.3 7.2H6Z" />`,
};

/** An icon beside a text that says the same; on its own it needs a label on what it stands in. */
export function icon(name) {
  return html`<svg class="icon icon-${name}" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
    ${SHAPES[name]}
  </svg>`;
}

/** The site's mark: three tiers and the line that runs through them. */
export function mark() {
  return html`<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
    <path d="M6 8h12a5 5 0 0 1 0 8h-4a5 5 0 0 0 0 8h12" />
    <circle cx="6" cy="8" r="3" /><circle cx="16" cy="16" r="3" /><circle cx="26" cy="24" r="3" />
  </svg>`;
}
