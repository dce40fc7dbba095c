import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';

/** The tags of an article that is being written: Enter or a comma adds one, its cross removes it. */
export class TagField {
  #tags;
  #page;

  constructor(tags, page) {
    this.#tags = [...(tags ?? [])];
    this.#page = page;
  }

  get list() {
    return [...this.#tags];
  }

  /** Adds what stands in the field when the form is sent without Enter. */
  takePending(form) {
    this.#take(form.elements.tag);
  }

  template() {
    return html`<div class="form-group">
      <label for="editor-tag">Tags</label>
      <input
        id="editor-tag"
        class="form-control"
        type="text"
        name="tag"
        placeholder="Enter tags"
        autocomplete="off"
        autocapitalize="none"
        aria-describedby="editor-tag-hint"
        @keydown=${event => this.#onKey(event)}
      />
      <small id="editor-tag-hint" class="form-hint">Press Enter after each.</small>
      ${this.#tags.length === 0 ? nothing : html`<div class="tag-list">${this.#tags.map(tag => this.#pill(tag))}</div>`}
    </div>`;
  }

  #pill(tag) {
    return html`<span class="tag-default tag-pill"
      >${tag}<button type="button" class="btn-icon" aria-label="Remove the tag ${tag}" @click=${event => this.#remove(tag, event)}>
        <i class="ion-close-round" aria-hidden="true"></i></button
    ></span>`;
  }

  #onKey(event) {
    if ((event.key === 'Enter' || event.key === ',') && !event.isComposing) {
      event.preventDefault();
      this.#take(event.target);
      this.#page.redraw();
    }
  }

  #take(field) {
    const tag = field.value.trim();
    field.value = '';
    if (tag !== '' && !this.#tags.includes(tag)) {
      this.#tags.push(tag);
    }
  }

  #remove(tag, event) {
    const field = event.currentTarget.form.elements.tag;
    this.#tags = this.#tags.filter(other => other !== tag);
    this.#page.redraw();
    field.focus();
  }
}
