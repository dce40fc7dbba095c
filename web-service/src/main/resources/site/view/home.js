import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api } from '../api.js';
import { articleList, articleListSkeleton, pageNumber, PAGE_SIZE } from '../component/article-list.js';
import { emptyMessage, failureMessage } from '../component/blank.js';
import { session } from '../session.js';

/** How many tags stand beside the list before the reader asks for the others. */
const TAGS_SHOWN = 30;

/** The articles of everybody, of those the reader follows (`?feed=following`) or of one tag (`/tag/:tag`), and the popular tags. */
export async function show(page) {
  const feed = feedOf(page);
  const { kept } = page;
  page.title(feed.title);
  let failure = null;
  let isLoading = true;

  const draw = () =>
    page.draw(() => html`
      <div class="home-page">
        ${banner()}
        <div class="container page home-columns">
          <section class="home-feed" aria-label=${feed.title}>
            ${tabs(feed)}
            <div class="feed ${isLoading ? 'is-loading' : ''}" aria-busy=${isLoading}>
              ${failure ? failureMessage(failure, 'The articles') : list(kept.list, feed, page)}
            </div>
          </section>
          <aside class="sidebar" aria-labelledby="popular-tags">
            <h2 id="popular-tags">Popular tags</h2>
            ${popularTags(kept, feed.tag, draw)}
          </aside>
        </div>
      </div>
    `);

  draw();
  loadTags(page).then(draw);
  try {
    const number = pageNumber(page.query);
    const found = await feed.load({ limit: PAGE_SIZE, offset: (number - 1) * PAGE_SIZE }, page.signal);
    kept.list = { ...found, number };
  } catch (reason) {
    page.signal.throwIfAborted();
    failure = reason;
  }
  isLoading = false;
  draw();
}

function feedOf({ params, query }) {
  if (params.tag !== undefined) {
    const { tag } = params;
    return { kind: 'tag', tag, title: `Articles about ${tag}`, load: (range, signal) => api.articles({ ...range, tag }, signal) };
  }
  return query.get('feed') === 'following'
    ? { kind: 'following', title: 'Your feed', load: api.feed }
    : { kind: 'global', title: 'Home', load: api.articles };
}

/** The tags stay while the feed changes; without them the page still serves. */
async function loadTags({ kept, signal }) {
  try {
    kept.tags = await api.tags(signal);
  } catch {
    kept.tags ??= [];
  }
}

/** Words, and a drawing of what carries them: one of the ways a request takes through two of everything. */
function banner() {
  return html`<div class="banner">
    <div class="container">
      <div class="banner-words">
        <h1>A place to share your knowledge</h1>
        <p>Written by people, carried by two of everything.</p>
      </div>
      <a class="banner-link" href="/about/infrastructure" aria-label="What served this page?"><svg class="banner-drawing" viewBox="0 0 540 120" aria-hidden="true" focusable="false">
        <path
          class="pipe"
          d="M0 60h60M120 60c50 0 30-36 110-36M120 60c50 0 30 36 110 36M290 24c50 0 30 72 80 72M290 24h80M290 96h80M290 96c50 0 30-72 80-72M430 24c40 0 30 36 70 36M430 96c40 0 30-36 70-36"
        />
        <path class="flow" d="M0 60h120c50 0 30-36 110-36h60c50 0 30 72 80 72h60c40 0 30-36 70-36" />
        <g class="tier">
          <rect x="60" y="42" width="60" height="36" rx="8" />
          <rect x="230" y="6" width="60" height="36" rx="8" /><rect x="230" y="78" width="60" height="36" rx="8" />
          <rect x="370" y="6" width="60" height="36" rx="8" /><rect x="370" y="78" width="60" height="36" rx="8" />
          <path d="M498 38v44c0 5 9 9 20 9s20-4 20-9V38" /><ellipse cx="518" cy="38" rx="20" ry="9" />
        </g>
        <g class="tier-name">
          <text x="90" y="64">lb</text>
          <text x="260" y="28">web</text><text x="260" y="100">web</text>
          <text x="400" y="28">app</text><text x="400" y="100">app</text>
          <text x="518" y="70">db</text>
        </g>
      </svg></a>
    </div>
  </div>`;
}

function tabs(feed) {
  return html`<div class="feed-toggle">
    <ul class="nav nav-tabs">
      ${session.isAuthenticated || feed.kind === 'following' ? tab('/?feed=following', 'Your Feed', feed.kind === 'following') : nothing}
      ${tab('/', 'Global Feed', feed.kind === 'global')}
      ${feed.kind === 'tag' ? tab(`/tag/${encodeURIComponent(feed.tag)}`, feed.tag, true, 'nav-link-tag') : nothing}
    </ul>
  </div>`;
}

function tab(href, text, isActive, classes = '') {
  return html`<li class="nav-item">
    <a class="nav-link ${classes} ${isActive ? 'active' : ''}" href=${href} aria-current=${isActive ? 'page' : nothing}>${text}</a>
  </li>`;
}

function list(found, feed, page) {
  if (!found) {
    return articleListSkeleton();
  }
  return found.articles.length === 0 ? nothingIn(feed, found) : articleList(found, page);
}

function nothingIn(feed, { number }) {
  if (number > 1) {
    return emptyMessage(html`<p class="blank-title">There is no page ${number}.</p><p><a href=${location.pathname}>Go to the first page</a></p>`);
  }
  if (feed.kind === 'following') {
    return emptyMessage(html`<p class="blank-title">Your feed is empty.</p>
      <p>Follow people to read their articles here. <a href="/">Find some among all articles</a></p>`);
  }
  return emptyMessage(
    feed.kind === 'tag'
      ? html`<p class="blank-title">No articles about ${feed.tag} yet.</p><p><a href="/">See all articles</a></p>`
      : html`<p class="blank-title">No articles are here… yet.</p><p>The first one could be yours.</p>`,
  );
}

function popularTags(kept, present, draw) {
  const { tags } = kept;
  if (!tags) {
    return html`<div class="tag-list skeleton-tags" aria-hidden="true">
      ${[5, 8, 4, 6, 9, 5, 7].map(letters => html`<span class="bone bone-tag bone-${letters}"></span>`)}
    </div>`;
  }
  if (tags.length === 0) {
    return html`<p class="muted">No tags yet.</p>`;
  }
  const shown = kept.isShowingAllTags ? tags : tags.slice(0, TAGS_SHOWN);
  const showAll = () => {
    kept.isShowingAllTags = true;
    draw();
  };
  return html`
    <div class="tag-list">
      ${shown.map(
        tag => html`<a
          class="tag-default tag-pill ${tag === present ? 'active' : ''}"
          href="/tag/${encodeURIComponent(tag)}"
          aria-current=${tag === present ? 'page' : nothing}
          >${tag}</a
        >`,
      )}
    </div>
    ${shown.length < tags.length
      ? html`<button type="button" class="btn-link all-tags" @click=${showAll}>Show all ${tags.length}</button>`
      : nothing}
  `;
}
