import { html, render } from '../vendor/lit-html-3.3.3/lit-html.js';
import { icon } from './icon.js';

const SHOWN_MILLIS = 8_000;

let timer = 0;

/** Shows a short message at the lower edge for some seconds: what went wrong with something done in passing. */
export function notify(text) {
  clearTimeout(timer);
  draw(html`
    <div class="notice" @mouseenter=${hold} @mouseleave=${expire} @focusin=${hold} @focusout=${expire}>
      <span>${text}</span>
      <button type="button" class="notice-close" aria-label="Dismiss" @click=${dismiss}>${icon('close')}</button>
    </div>
  `);
  expire();
}

/** Says a sentence to screen readers only, politely. */
export function announce(sentence) {
  const region = document.getElementById('announcer');
  // Cleared first: the same sentence twice is otherwise said once.
  region.textContent = '';
  setTimeout(() => {
    region.textContent = sentence;
  }, 100);
}

function hold() {
  clearTimeout(timer);
}

function expire() {
  clearTimeout(timer);
  timer = setTimeout(dismiss, SHOWN_MILLIS);
}

function dismiss() {
  clearTimeout(timer);
  draw(null);
}

function draw(template) {
  render(template, document.getElementById('notices'));
}
