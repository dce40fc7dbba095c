import { html, nothing } from '../vendor/lit-html-3.3.3/lit-html.js';
import { messagesOf } from '../api.js';
import { infrastructureDrawing } from '../component/infrastructure-drawing.js';
import { frameTiers, TIERS, trace } from '../infrastructure.js';

const PAUSE_MILLIS = 2_000;

/** So many questions, close together, show more than one instance of each kind from the start. */
const FIRST_QUESTIONS = 6;
const FIRST_PAUSE_MILLIS = 150;

/** Who has answered so far, on this visit of the page. */
export class Sightings {
  #counts = new Map(TIERS.map(({ name }) => [name, new Map()]));
  count = 0;
  last = null;

  add(answer) {
    this.count++;
    this.last = answer;
    for (const [name, { description }] of answer.tiers) {
      const counts = this.#counts.get(name);
      counts?.set(description, (counts.get(description) ?? 0) + 1);
    }
  }

  /** The instances of a tier, as they call themselves. */
  of(name) {
    return this.#counts.get(name).keys();
  }

  /** How often each instance of a tier has answered, by name. */
  tally(name) {
    return [...this.#counts.get(name)].sort(([one], [other]) => (one < other ? -1 : 1));
  }
}

/** Which instance of every tier served the reader just now; asks again by itself if that is wanted. */
export async function show(page) {
  page.title('What served this page');
  const sightings = new Sightings();
  const asking = {
    isUnderWay: false,
    isRepeated: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    failure: null,
    timer: 0,
  };
  page.signal.addEventListener('abort', () => clearTimeout(asking.timer));
  page.draw(() => html`
    <div class="infra-page">
      <div class="container page">
        <h1>What served this page</h1>
        <p class="infra-lead">
          You see one site. Behind it stand five kinds of servers, as a rule more than one of each. The drawing is made of what
          your browser was told with its last answers; ask again, and others may answer.
        </p>
        ${isSecret(asking.failure) ? secret() : live(sightings, asking, page)}
      </div>
    </div>
  `);
  await ask(sightings, asking, page);
}

async function ask(sightings, asking, page) {
  clearTimeout(asking.timer);
  if (asking.isUnderWay || page.signal.aborted) {
    return;
  }
  asking.isUnderWay = true;
  page.redraw();
  try {
    if (!document.hidden || sightings.count === 0) {
      sightings.add(await trace(page.signal));
      asking.failure = null;
    }
  } catch (failure) {
    page.signal.throwIfAborted();
    asking.failure = failure;
  } finally {
    asking.isUnderWay = false;
  }
  repeat(sightings, asking, page);
  page.redraw();
}

function repeat(sightings, asking, page) {
  clearTimeout(asking.timer);
  const isFirst = sightings.count < FIRST_QUESTIONS && !asking.failure;
  if ((asking.isRepeated || isFirst) && !isSecret(asking.failure) && !page.signal.aborted) {
    const pause = isFirst ? FIRST_PAUSE_MILLIS : PAUSE_MILLIS;
    asking.timer = setTimeout(() => ask(sightings, asking, page).catch(() => {}), pause);
  }
}

/** Where the settings keep the names of the instances from visitors, the address isn't there. */
function isSecret(failure) {
  return failure?.status === 404;
}

function secret() {
  return html`<p class="empty-feed-message">
    This site keeps the names of its servers to itself: <code>server-timing: false</code> is set.
  </p>`;
}

function live(sightings, asking, page) {
  const toggle = () => {
    asking.isRepeated = !asking.isRepeated;
    repeat(sightings, asking, page);
    page.redraw();
  };
  return html`
    <div class="infra-controls">
      <button type="button" class="btn btn-primary" @click=${() => ask(sightings, asking, page).catch(() => {})}>Ask again</button>
      <button type="button" class="btn btn-outline-secondary" aria-pressed=${asking.isRepeated} @click=${toggle}>
        <span class="infra-lamp ${asking.isRepeated ? 'is-on' : ''}" aria-hidden="true"></span> Ask every 2 seconds
      </button>
      <span class="infra-count">${sightings.count === 0 ? nothing : html`${sightings.count} asked`}</span>
    </div>
    ${infrastructureDrawing(sightings)}
    <div class="infra-readout" aria-busy=${sightings.count === 0}>
      ${asking.failure ? unanswered(asking) : nothing} ${sightings.last ? readout(sightings.last) : nothing}
    </div>
    <h2 id="infra-tiers">Tier by tier</h2>
    <ol class="infra-tiers" aria-labelledby="infra-tiers">
      ${TIERS.map(tier => row(tier, sightings))}
    </ol>
    ${frame()}
  `;
}

function unanswered({ failure, isRepeated }) {
  return html`<p class="infra-unanswered" role="alert">
    The last request got no answer. ${messagesOf(failure).join('. ')} ${isRepeated ? 'It is asked again.' : nothing}
  </p>`;
}

function readout({ requestId, millis, tiers, database }) {
  const inDatabase = tiers.get('db')?.millis;
  return html`<dl>
    <div>
      <dt>Request</dt>
      <dd><code class="infra-request">${requestId ?? 'without an id'}</code><small>in the access log of every tier</small></dd>
    </div>
    <div>
      <dt>Time</dt>
      <dd>
        ${milliseconds(millis)}
        <small>${inDatabase == null ? 'there and back' : html`there and back; ${milliseconds(inDatabase)} of it for the database`}</small>
      </dd>
    </div>
    <div>
      <dt>Freshness</dt>
      <dd class="infra-freshness">${freshness(database)} <small>${positions(database)}</small></dd>
    </div>
  </dl>`;
}

function freshness({ role, upToDate }) {
  if (role === 'primary') {
    return 'The primary itself answered';
  }
  return upToDate ? 'Nothing was missing' : 'A little old';
}

function positions({ server, position, primaryPosition }) {
  return position === primaryPosition
    ? html`${server} had everything up to <code>${position}</code>, as had the primary`
    : html`${server} was at <code>${position}</code>, the primary at <code>${primaryPosition}</code> just before`;
}

function milliseconds(millis) {
  return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`;
}

function row({ name, title, sentence }, sightings) {
  const last = sightings.last?.tiers.get(name)?.description;
  const tally = sightings.tally(name);
  return html`<li>
    <h3>${title}</h3>
    <p class="infra-instance" data-tier=${name}>
      ${last ? html`<code>${last}</code>` : sightings.last ? html`<span class="muted">does not tell its name</span>` : html`<span class="bone bone-7"></span>`}
    </p>
    <p class="infra-sentence">${sentence}</p>
    <p class="infra-tally">
      ${tally.length > 1 ? tally.map(([instance, count]) => html`<span>${instance} <b>${count}</b></span>`) : nothing}
    </p>
  </li>`;
}

/** Pages of this site change without loading a new one, so this is about the first. */
function frame() {
  const tiers = frameTiers();
  const [balancer, web] = [tiers.get('lb')?.description, tiers.get('web')?.description];
  return balancer && web
    ? html`<p class="infra-frame">
        The page around this, the HTML that your browser loaded first, came from <code>${web}</code> through
        <code>${balancer}</code> and needed no database. Switch a server off while you watch: the next answer comes from another.
      </p>`
    : nothing;
}
