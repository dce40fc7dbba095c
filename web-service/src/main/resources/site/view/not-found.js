import { html } from '../vendor/lit-html-3.3.3/lit-html.js';

export async function show(page) {
  page.title('Page not found');
  page.draw(() => html`<div class="container page article-column">
    <h1>Page not found</h1>
    <p>There is nothing at this address. <a href="/">See all articles</a></p>
  </div>`);
}
