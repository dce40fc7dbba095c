import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';

/** What is wrong with a form or a request, said aloud as soon as it shows; nothing when there are no messages. */
export function errorMessages(messages) {
  return messages.length === 0
    ? nothing
    : html`<ul class="error-messages" role="alert">
        ${messages.map(message => html`<li>${message}</li>`)}
      </ul>`;
}
