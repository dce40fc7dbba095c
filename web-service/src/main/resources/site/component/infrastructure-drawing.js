import { nothing, svg, html } from '../vendor/lit-html-3.3.3/lit-html.js';
import { TIERS } from '../infrastructure.js';

/** How many instances of one tier are drawn. */
const DRAWN = 4;

const BROWSER = { name: 'browser', title: 'Your browser' };

/** Sizes in units of the drawing: from tier to tier along the way, from instance to instance across it. */
const WIDE = { isWide: true, step: 184, gap: 72, width: 128, height: 54, rows: 3 };
const TALL = { isWide: false, step: 104, gap: 118, width: 106, height: 54, rows: 3 };

/**
 * Every instance that has answered so far, tier by tier, and the way that the last request took through them: from left to right
 * for wide windows, from top to bottom for narrow ones. What it shows stands in words beside it, so screen readers skip it.
 *
 * @param {import('../view/infrastructure.js').Sightings} sightings
 */
export function infrastructureDrawing(sightings) {
  return html`<div class="infra-drawing" aria-hidden="true">
    ${drawn(sightings, WIDE, 'infra-wide')} ${drawn(sightings, TALL, 'infra-tall')}
  </div>`;
}

function drawn(sightings, shape, name) {
  const columns = [BROWSER, ...TIERS].map((tier, index) => column(tier, index, sightings, shape));
  const rows = Math.max(shape.rows, ...columns.map(({ nodes }) => nodes.length));
  const along = (columns.length - 1) * shape.step + (shape.isWide ? shape.width : shape.height) + 4;
  const across = rows * shape.gap + (shape.isWide ? 34 : 4);
  const [width, height] = shape.isWide ? [along, across] : [across, along];
  const middle = (shape.isWide ? across + 22 : across) / 2;
  const placed = columns.map(({ tier, nodes, index }) => ({
    tier,
    nodes: nodes.map((node, row) => place(node, index, row - (nodes.length - 1) / 2, middle, shape)),
  }));
  const last = placed.map(({ nodes }) => nodes.find(node => node.isLast));
  return svg`<svg class=${name} viewBox="0 0 ${width} ${height}" focusable="false">
    ${shape.isWide ? placed.map(({ tier }, index) => svg`<text class="infra-tier" x=${2 + index * shape.step + shape.width / 2} y="16">${tier.title}</text>`) : nothing}
    ${placed.slice(1).map(({ nodes }, index) =>
      nodes.flatMap(to => placed[index].nodes.map(from => svg`<path class="pipe" d=${line(from, to, shape)} />`)),
    )}
    ${last.slice(1).map((to, index) => (to && last[index] ? svg`<path class="flow" d=${line(last[index], to, shape)} />` : nothing))}
    ${placed.flatMap(({ tier, nodes }) => nodes.map(node => box(tier, node, shape)))}
  </svg>`;
}

/** The instances of a tier in the order of their names; one without a name as long as none is known. */
function column(tier, index, sightings, { isWide }) {
  if (tier === BROWSER) {
    return { tier, index, nodes: [{ text: 'you', isKnown: true, isLast: sightings.count > 0 }] };
  }
  const seen = [...sightings.of(tier.name)].sort().slice(0, DRAWN);
  const last = sightings.last?.tiers.get(tier.name)?.description;
  return {
    tier,
    index,
    nodes:
      seen.length === 0
        ? [{ text: isWide ? '' : tier.title, isKnown: false, isLast: false }]
        : seen.map(description => ({ text: description, isKnown: true, isLast: description === last })),
  };
}

function place(node, index, offset, middle, { isWide, step, gap, width, height }) {
  const along = 2 + index * step + (isWide ? width : height) / 2;
  const across = middle + offset * gap;
  return { ...node, x: isWide ? along : across, y: isWide ? across : along };
}

function line(from, to, { isWide, width, height }) {
  if (isWide) {
    const [x1, x2] = [from.x + width / 2, to.x - width / 2];
    const bend = (x1 + x2) / 2;
    return `M${x1} ${from.y}C${bend} ${from.y} ${bend} ${to.y} ${x2} ${to.y}`;
  }
  const [y1, y2] = [from.y + height / 2, to.y - height / 2];
  const bend = (y1 + y2) / 2;
  return `M${from.x} ${y1}C${from.x} ${bend} ${to.x} ${bend} ${to.x} ${y2}`;
}

function box(tier, { text, isKnown, isLast, x, y }, { width, height }) {
  const [name, role] = text.split(', ');
  const classes = `infra-node ${isKnown ? '' : 'is-unknown'} ${isLast ? 'is-last' : ''}`;
  const [left, top] = [x - width / 2, y - height / 2];
  const shape =
    tier.name === 'db'
      ? svg`<path d="M${left} ${top + 7}v${height - 14}c0 4 ${width * 0.22} 7 ${width / 2} 7s${width / 2} -3 ${width / 2} -7v${14 - height}" /><ellipse cx=${x} cy=${top + 7} rx=${width / 2} ry="7" />`
      : svg`<rect x=${left} y=${top} width=${width} height=${height} rx="9" />`;
  return svg`<g class=${classes}>${shape}
    <text x=${x} y=${y + (tier.name === 'db' ? (role ? 3 : 8) : 5)}>${short(name)}</text>
    ${role ? svg`<text class="infra-role" x=${x} y=${y + 17}>${role}</text>` : nothing}</g>`;
}

/** As much of a name as there is room for. Of a router its address is known: the host where that is a name, else the port. */
function short(name) {
  const [, host, port] = /^(.+):(\d+)$/.exec(name) ?? [];
  const known = host === undefined ? name : /^[\d.[\]:]+$|^localhost$/.test(host) ? `port ${port}` : host;
  return known.length > 14 ? `…${known.slice(-12)}` : known;
}
