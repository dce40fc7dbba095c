import { html } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api, messagesOf } from '../api.js';
import { icon } from './icon.js';
import { notify } from './notice.js';
import { OptimisticSwitch, turnSwitchOf } from './optimistic-switch.js';

/** The small one of a list: a heart and the count. */
export function favoriteCount(article, page) {
  return html`<button
    type="button"
    class="btn btn-sm btn-favorite ${classOf(article)}"
    aria-pressed=${article.favorited}
    aria-label="${article.favoritesCount} ${article.favorited ? 'Unfavorite' : 'Favorite'}: ${article.title}"
    @click=${() => turn(article, page)}
  >
    ${icon('heart')} <span class="counter">${article.favoritesCount}</span>
  </button>`;
}

/** The one of the article's own page, with words. */
export function favoriteArticle(article, page) {
  return html`<button type="button" class="btn btn-sm btn-favorite ${classOf(article)}" @click=${() => turn(article, page)}>
    ${icon('heart')} ${article.favorited ? 'Unfavorite' : 'Favorite'} Article
    <span class="counter">(${article.favoritesCount})</span>
  </button>`;
}

function classOf(article) {
  return article.favorited ? 'btn-primary' : 'btn-outline-primary';
}

function turn(article, page) {
  turnSwitchOf(article, () => switchOf(article, page));
}

function switchOf(article, page) {
  return new OptimisticSwitch(article.favorited, {
    send: on => api.favorite(article.slug, on),
    turned(on, answer) {
      article.favoritesCount = answer?.favoritesCount ?? article.favoritesCount + (on ? 1 : -1);
      article.favorited = on;
      page.redraw();
    },
    failed: failure => notify(`“${article.title}” stays as it was. ${messagesOf(failure).join('. ')}`),
  });
}
