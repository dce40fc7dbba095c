import { html } from '../vendor/lit-html-3.3.3/lit-html.js';

/** Shown when the script of a page could not be fetched: offline, or the site was updated meanwhile. */
export async function show(page) {
  page.title('Not loaded');
  page.draw(() => html`<div class="container page article-column">
    <h1>This page could not be loaded</h1>
    <p>Please check your connection.</p>
    <p><button type="button" class="btn btn-outline-secondary" @click=${() => location.reload()}>Reload</button></p>
  </div>`);
}
