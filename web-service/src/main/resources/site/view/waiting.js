import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { session } from '../session.js';

/** Stands for a page of a signed-in reader until it is known who reads; the router opens that page then. */
export async function show(page) {
  page.title('One moment');
  page.draw(() => html`<div class="container page article-column" role="status">
    ${session.state === 'unavailable'
      ? html`<h1>Your account can’t be reached</h1>
          <p>You are still signed in. This page opens by itself when the service answers.</p>
          <p><button type="button" class="btn btn-outline-secondary" @click=${() => session.retryNow()}>Try now</button></p>`
      : nothing}
  </div>`);
}
