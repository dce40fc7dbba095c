import { html, nothing, render } from '../vendor/lit-html-3.3.3/lit-html.js';
import { traffic } from '../api.js';

/** Draws the foot of the page into `element`, with the id of the last request that was answered: what an operator asks for. */
export function startFooter(element) {
  let requestId = null;
  const draw = () =>
    render(
      html`<div class="container">
        <p><a class="footer-brand" href="/">conduit</a> at foobar.com: a place to share what you know.</p>
        <p><a href="/about/infrastructure">What served this page?</a></p>
        <p class="request-id" title="Find this request in the log of every tier">
          ${requestId ? html`request <code>${requestId}</code>` : nothing}
        </p>
      </div>`,
      element,
    );
  element.replaceChildren();
  draw();
  traffic.addEventListener('answer', event => {
    requestId = event.requestId;
    draw();
  });
}
