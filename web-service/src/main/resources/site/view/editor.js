import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api } from '../api.js';
import { failureMessage } from '../component/blank.js';
import { errorMessages, Submission, valuesOf } from '../component/form.js';
import { TagField } from '../component/tag-field.js';
import { navigate } from '../router.js';
import { session } from '../session.js';

const BLANK = { title: '', description: '', body: '', tagList: [] };

/** Writes a new article, or changes the one whose slug is in the address. */
export async function show(page) {
  const { slug } = page.params;
  page.title(slug ? 'Edit article' : 'New article');
  if (!slug) {
    form(page, BLANK, article => api.createArticle(article));
    return;
  }
  let article;
  page.draw(() => html`<div class="editor-page"><div class="container page form-column form-column-wide skeleton" role="status">
    <span class="visually-hidden">Loading the article</span><span class="bone bone-headline"></span><span class="bone bone-body"></span>
  </div></div>`);
  try {
    article = await api.article(slug, page.signal);
  } catch (failure) {
    page.signal.throwIfAborted();
    page.draw(() => html`<div class="editor-page"><div class="container page">${failureMessage(failure, 'The article')}</div></div>`);
    return;
  }
  if (!session.is(article.author.username)) {
    await navigate(`/article/${encodeURIComponent(slug)}`, { replace: true });
    return;
  }
  form(page, article, changed => api.updateArticle(slug, changed));
}

function form(page, article, save) {
  const tags = new TagField(article.tagList, page);
  const preview = { body: null };
  const submission = new Submission(page, async element => {
    tags.takePending(element);
    const { title, description, body } = valuesOf(element);
    const saved = await save({ title, description, body, tagList: tags.list });
    await navigate(`/article/${encodeURIComponent(saved.slug)}`, { replace: article !== BLANK });
  });
  page.draw(() => html`
    <div class="editor-page">
      <div class="container page form-column form-column-wide">
        <h1>${article === BLANK ? 'New article' : 'Edit article'}</h1>
        ${errorMessages(submission.errors)}
        <form @submit=${submission.listener} novalidate>
          <label class="form-group">
            <span>Title</span>
            <input class="form-control form-control-lg" type="text" name="title" .defaultValue=${article.title} placeholder="Article Title" autocomplete="off" />
          </label>
          <label class="form-group">
            <span>Summary</span>
            <input class="form-control" type="text" name="description" .defaultValue=${article.description ?? ''} placeholder="What's this article about?" autocomplete="off" />
          </label>
          <div class="form-group">
            <div class="form-label-row">
              <label for="editor-body">Text</label>
              <button type="button" class="btn-link" aria-pressed=${preview.body !== null} @click=${event => togglePreview(preview, event.target.form, page)}>
                ${preview.body === null ? 'Preview' : 'Back to writing'}
              </button>
            </div>
            <textarea id="editor-body" class="form-control editor-body" name="body" rows="16" .defaultValue=${article.body} placeholder="Write your article (in markdown)" ?hidden=${preview.body !== null}></textarea>
            ${preview.body === null ? nothing : html`<div class="editor-preview article-content">${preview.body}</div>`}
          </div>
          ${tags.template()}
          <button class="btn btn-lg btn-primary" type="submit" ?disabled=${submission.isSending}>Publish Article</button>
        </form>
      </div>
    </div>
  `);
}

async function togglePreview(preview, element, page) {
  if (preview.body === null) {
    const { renderMarkdown } = await import('../markdown.js');
    preview.body = renderMarkdown(element.elements.body.value);
  } else {
    preview.body = null;
  }
  page.redraw();
}
