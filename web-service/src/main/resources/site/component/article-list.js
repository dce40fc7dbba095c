import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { avatar } from './avatar.js';
import { favoriteCount } from './favorite-button.js';
import { moment } from './moment.js';
import { pagination } from './pagination.js';

export const PAGE_SIZE = 10;

/** The number of the list's page that an address asks for; 1 where it asks for none or for nonsense. */
export function pageNumber(query) {
  const number = Number(query.get('page') ?? 1);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}

/**
 * Articles one below the other, and the numbers of the pages.
 *
 * @param {{articles: object[], count: number, number: number}} list
 */
export function articleList(list, page) {
  return html`
    ${list.articles.map(article => preview(article, page))}
    ${pagination(list.number, Math.ceil(list.count / PAGE_SIZE), page)}
  `;
}

function preview(article, page) {
  const { author } = article;
  const profile = `/profile/${encodeURIComponent(author.username)}`;
  return html`<article class="article-preview">
    <div class="article-meta">
      <a href=${profile} tabindex="-1" aria-hidden="true">${avatar(author, '', 32)}</a>
      <div class="info"><a class="author" href=${profile}>${author.username}</a> ${moment(article.createdAt)}</div>
      ${favoriteCount(article, page)}
    </div>
    <a class="preview-link" href="/article/${encodeURIComponent(article.slug)}">
      <h1 aria-level="2">${article.title}</h1>
      <p>${article.description}</p>
    </a>
    ${tagList(article.tagList)}
  </article>`;
}

/** The tags of an article, each leading to its list. */
export function tagList(tags) {
  return !tags || tags.length === 0
    ? nothing
    : html`<ul class="tag-list" aria-label="Tags">
        ${tags.map(
          tag => html`<li><a class="tag-default tag-pill tag-outline" href="/tag/${encodeURIComponent(tag)}">${tag}</a></li>`,
        )}
      </ul>`;
}

/** What stands in the place of a list that is being loaded; as high as its rows, so that nothing moves when they come. */
export function articleListSkeleton() {
  return html`<div class="skeleton" role="status">
    <span class="visually-hidden">Loading articles</span>
    ${Array.from(
      { length: 5 },
      () => html`<div class="skeleton-preview" aria-hidden="true">
        <span class="bone bone-meta"></span><span class="bone bone-title"></span><span class="bone bone-text"></span>
        <span class="bone bone-tags"></span>
      </div>`,
    )}
  </div>`;
}
