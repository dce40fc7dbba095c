import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { messagesOf } from '../api.js';

/** What is wrong with a form or a request, said aloud as soon as it shows; nothing when there are no messages. */
export function errorMessages(messages) {
  return messages.length === 0
    ? nothing
    : html`<div role="alert">
        <ul class="error-messages">
          ${messages.map(message => html`<li>${message}</li>`)}
        </ul>
      </div>`;
}

/**
 * The sending of one form: its button is disabled meanwhile, what was typed stays whatever happens, and what went wrong is in
 * `errors`.
 */
export class Submission {
  errors = [];
  isSending = false;
  #page;
  #send;

  /** @param {(form: HTMLFormElement) => Promise<void>} send throws to report what is wrong */
  constructor(page, send) {
    this.#page = page;
    this.#send = send;
  }

  /** The listener of the form's `submit`. */
  get listener() {
    return async event => {
      event.preventDefault();
      if (this.isSending) {
        return;
      }
      this.isSending = true;
      this.errors = [];
      this.#page.redraw();
      try {
        await this.#send(event.target);
      } catch (failure) {
        this.errors = messagesOf(failure);
      }
      this.isSending = false;
      this.#page.redraw();
    };
  }
}

/** The text of each named field. */
export function valuesOf(form) {
  return Object.fromEntries(new FormData(form));
}
