import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { messagesOf } from '../api.js';
import { reload } from '../router.js';

/** What stands where a list has nothing to show. */
export function emptyMessage(content) {
  return html`<div class="empty-feed-message">${content}</div>`;
}

/** What stands where something could not be loaded, with a button that tries again; the router does when back on line. */
export function failureMessage(failure, what) {
  return html`<div class="empty-feed-message load-failure" role="alert">
    <p class="blank-title">${what} could not be loaded.</p>
    <p>${messagesOf(failure).join('. ')}</p>
    ${failure.missing
      ? nothing
      : html`<button type="button" class="btn btn-outline-secondary" @click=${() => reload()}>Try again</button>`}
    ${failure.requestId ? html`<p class="request-id">Request ${failure.requestId}</p>` : nothing}
  </div>`;
}
