import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api, messagesOf } from '../api.js';
import { tagList } from '../component/article-list.js';
import { avatar } from '../component/avatar.js';
import { failureMessage } from '../component/blank.js';
import { Comments } from '../component/comments.js';
import { favoriteArticle } from '../component/favorite-button.js';
import { followButton } from '../component/follow-button.js';
import { errorMessages } from '../component/form.js';
import { icon } from '../component/icon.js';
import { moment } from '../component/moment.js';
import { navigate } from '../router.js';
import { session } from '../session.js';

const WORDS_PER_MINUTE = 220;

/** An article, what its reader or its author can do with it, and its comments. */
export async function show(page) {
  const { slug } = page.params;
  page.title('Article');
  page.draw(skeleton);
  const comments = new Comments(slug, page);
  comments.load();
  let article;
  let body;
  try {
    const [markdown, found] = await Promise.all([import('../markdown.js'), api.article(slug, page.signal)]);
    article = found;
    body = markdown.renderMarkdown(article.body);
  } catch (failure) {
    page.signal.throwIfAborted();
    page.title(failure.status === 404 ? 'Article not found' : 'Article');
    page.draw(() => notShown(failure));
    return;
  }
  page.title(article.title);
  const removal = { isSending: false, errors: [] };
  page.draw(() => html`
    <article class="article-page">
      <div class="container page article-column">
        <h1>${article.title}</h1>
        ${article.description ? html`<p class="article-description">${article.description}</p>` : nothing}
        <div class="article-meta">
          ${author(article)}
          <div class="article-actions">${session.is(article.author.username) ? ownActions(article, removal, page) : readerActions(article, page)}</div>
        </div>
        ${errorMessages(removal.errors)}
        <div class="article-content">${body}</div>
        ${tagList(article.tagList)}
        ${comments.template()}
      </div>
    </article>
  `);
}

function author({ author: person, createdAt, updatedAt, body }) {
  const profile = `/profile/${encodeURIComponent(person.username)}`;
  const minutes = Math.max(1, Math.round((body ?? '').split(/\s+/).length / WORDS_PER_MINUTE));
  const isEdited = new Date(updatedAt) - new Date(createdAt) > 60_000;
  return html`
    <a href=${profile} tabindex="-1" aria-hidden="true">${avatar(person, '', 44)}</a>
    <div class="info">
      <a class="author" href=${profile}>${person.username}</a>
      <span class="facts">${moment(createdAt)} · ${minutes} min read${isEdited ? html` · edited ${moment(updatedAt)}` : nothing}</span>
    </div>
  `;
}

function readerActions(article, page) {
  return html`${followButton(article.author, page)} ${favoriteArticle(article, page)}`;
}

function ownActions(article, removal, page) {
  return html`
    <a class="btn btn-sm btn-outline-secondary" href="/editor/${encodeURIComponent(article.slug)}">${icon('pencil')} Edit Article</a>
    <button type="button" class="btn btn-sm btn-outline-danger" ?disabled=${removal.isSending} @click=${() => remove(article, removal, page)}>
      ${icon('trash')} Delete Article
    </button>
  `;
}

async function remove(article, removal, page) {
  removal.isSending = true;
  removal.errors = [];
  page.redraw();
  try {
    await api.deleteArticle(article.slug);
    if (!page.signal.aborted) {
      navigate('/', { replace: true });
    }
  } catch (failure) {
    removal.isSending = false;
    removal.errors = messagesOf(failure);
    page.redraw();
  }
}

function notShown(failure) {
  return html`<div class="article-page">
    <div class="container page article-column">
      ${failure.status === 404 && !failure.missing
        ? html`<h1>Article not found</h1>
            <p>It may have been deleted, or renamed by its author. <a href="/">See all articles</a></p>`
        : failureMessage(failure, 'The article')}
    </div>
  </div>`;
}

function skeleton() {
  return html`<div class="article-page">
    <div class="container page article-column skeleton" role="status">
      <span class="visually-hidden">Loading the article</span>
      <div aria-hidden="true">
        <span class="bone bone-headline"></span><span class="bone bone-text"></span><span class="bone bone-meta"></span>
        ${Array.from({ length: 6 }, () => html`<span class="bone bone-line"></span>`)}
      </div>
    </div>
  </div>`;
}
