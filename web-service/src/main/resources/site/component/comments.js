import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { api, messagesOf } from '../api.js';
import { session } from '../session.js';
import { avatar } from './avatar.js';
import { errorMessages } from './form.js';
import { moment } from './moment.js';

/** The comments of one article, newest first, and the form for another. */
export class Comments {
  #slug;
  #page;
  #comments = null;
  #failure = null;
  #errors = [];
  #isSending = false;
  #removing = new Set();
  #removed = new Set();

  constructor(slug, page) {
    this.#slug = slug;
    this.#page = page;
  }

  async load() {
    this.#failure = null;
    try {
      const comments = await api.comments(this.#slug, this.#page.signal);
      // Those added or deleted while the list was on its way: it may have been made before.
      const listed = new Set(comments.map(({ id }) => id));
      const added = (this.#comments ?? []).filter(({ id }) => !listed.has(id));
      this.#comments = [...comments.filter(({ id }) => !this.#removed.has(id)), ...added].sort((one, other) => other.id - one.id);
    } catch (failure) {
      this.#failure = failure;
    }
    this.#page.redraw();
  }

  template() {
    return html`<section class="comments" aria-label="Comments">
      <h2 class="comments-title">Comments${this.#comments?.length ? html` <span class="counter">${this.#comments.length}</span>` : nothing}</h2>
      ${this.#entrance()} ${errorMessages(this.#errors)} ${this.#list()}
    </section>`;
  }

  /** The form for signed-in readers, a way to sign in for the others. */
  #entrance() {
    switch (session.state) {
      case 'authenticated':
        return this.#form();
      case 'unauthenticated':
        return html`<p class="comments-invitation">
          <a href="/login" data-next=${location.pathname}>Sign in</a> or <a href="/register" data-next=${location.pathname}>sign up</a> to add comments on this article.
        </p>`;
      default:
        return nothing;
    }
  }

  #form() {
    return html`<form class="card comment-form" @submit=${event => this.#add(event)}>
      <div class="card-block">
        <textarea class="form-control" name="comment" placeholder="Write a comment..." aria-label="Write a comment" rows="3"></textarea>
      </div>
      <div class="card-footer">
        ${avatar(session.user, 'comment-author-img', 28)}
        <button type="submit" class="btn btn-sm btn-primary" ?disabled=${this.#isSending}>Post Comment</button>
      </div>
    </form>`;
  }

  #list() {
    if (this.#failure) {
      return html`<p class="muted" role="alert">
        The comments could not be loaded. ${messagesOf(this.#failure).join('. ')}
        <button type="button" class="btn-link" @click=${() => this.load()}>Try again</button>
      </p>`;
    }
    return this.#comments?.map(comment => this.#comment(comment)) ?? nothing;
  }

  #comment(comment) {
    const profile = `/profile/${encodeURIComponent(comment.author.username)}`;
    return html`<div class="card">
      <div class="card-block"><p class="card-text">${comment.body}</p></div>
      <div class="card-footer">
        <a class="comment-author" href=${profile} tabindex="-1" aria-hidden="true">${avatar(comment.author, 'comment-author-img', 28)}</a>
        <a class="comment-author" href=${profile}>${comment.author.username}</a>
        <span class="date-posted">${moment(comment.createdAt)}</span>
        ${session.is(comment.author.username) ? this.#removal(comment) : nothing}
      </div>
    </div>`;
  }

  #removal(comment) {
    return html`<span class="mod-options">
      <button
        type="button"
        class="btn-icon"
        aria-label="Delete this comment"
        ?disabled=${this.#removing.has(comment.id)}
        @click=${() => this.#remove(comment)}
      >
        <i class="ion-trash-a" aria-hidden="true"></i>
      </button>
    </span>`;
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const field = form.elements.comment;
    if (this.#isSending) {
      return;
    }
    this.#isSending = true;
    this.#errors = [];
    this.#page.redraw();
    try {
      const comment = await api.addComment(this.#slug, field.value);
      this.#comments = [comment, ...(this.#comments ?? [])];
      form.reset();
    } catch (failure) {
      this.#errors = messagesOf(failure);
    }
    this.#isSending = false;
    this.#page.redraw();
    field.focus();
  }

  async #remove(comment) {
    this.#removing.add(comment.id);
    this.#errors = [];
    this.#page.redraw();
    try {
      await api.deleteComment(this.#slug, comment.id);
      this.#removed.add(comment.id);
      this.#comments = this.#comments.filter(other => other.id !== comment.id);
    } catch (failure) {
      this.#errors = messagesOf(failure);
    }
    this.#removing.delete(comment.id);
    this.#page.redraw();
  }
}
