// The lines of insights: filtered, sorted, opened; what is chosen stands in the address.

const rows = new Map([...document.querySelectorAll('article.insight')].map((article) => [Number(article.dataset.at), article]));
const byUrgency = [...rows.keys()];
const toolbar = document.querySelector('.toolbar');
const CHOICES = ['text', 'severity', 'account', 'region', 'pattern', 'kind', 'sort'];
const closers = new Map();
let days = null;

const haystacks = new Map();
/** All text of an insight, for the search. */
function haystack(at) {
  if (!haystacks.has(at)) {
    const { id, who, did, account, region, source, api, code, scope, pattern, why, tables, examples, words, severity } = insights[at];
    const values = tables.flatMap((table) => table.rows.map((row) => row[0]));
    const all = [id, who, did, account, region, source, api, code, scope, pattern, why, words, severity, ...values, ...examples];
    haystacks.set(at, all.filter((text) => text !== null).map(visible).join('\n').toLowerCase());
  }
  return haystacks.get(at);
}

const chosen = () => Object.fromEntries(CHOICES.map((name) => [name, toolbar?.elements[name].value ?? '']));

function fits(at, choice, words) {
  const insight = insights[at];
  const same = (name) => choice[name] === '' || visible(insight[name]) === choice[name];
  if (!['severity', 'account', 'region', 'pattern', 'kind'].every(same)) return false;
  if (days && !(insight.start >= days.from && insight.start < days.to)) return false;
  return words.every((word) => haystack(at).includes(word));
}

const ORDERS = {
  newest: (a, b) => insights[b].start - insights[a].start,
  oldest: (a, b) => insights[a].start - insights[b].start,
  events: (a, b) => eventsOf(b) - eventsOf(a),
  ratio: (a, b) => (insights[b].ratio ?? Infinity) - (insights[a].ratio ?? Infinity) || eventsOf(b) - eventsOf(a),
  subject: (a, b) => subjectOf(a).localeCompare(subjectOf(b), 'en'),
};
const eventsOf = (at) => insights[at].tables[0]?.rows.reduce((all, row) => all + row[1], 0) ?? 0;
const subjectOf = (at) => [insights[at].account, insights[at].region, insights[at].source, insights[at].api].join('\n');

/** Shows the lines that fit, in the order chosen. */
function applyFilters() {
  const choice = chosen();
  const words = visible(choice.text).toLowerCase().split(/\s+/).filter(Boolean);
  const order = ORDERS[choice.sort];
  const sorted = order ? [...byUrgency].sort((a, b) => order(a, b) || byUrgency.indexOf(a) - byUrgency.indexOf(b)) : byUrgency;
  let shown = 0;
  for (const [at, article] of rows) {
    article.hidden = !fits(at, choice, words);
    if (!article.hidden) shown += 1;
  }
  const list = document.getElementById('rows');
  if (list) {
    list.classList.toggle('flat', Boolean(order));
    if (sorted !== applyFilters.order) list.append(...sorted.map((at) => rows.get(at)));
    applyFilters.order = sorted;
  }
  document.querySelector('#insights-title .of').textContent = shown === rows.size ? count(rows.size) : `${count(shown)} of ${count(rows.size)}`;
  const none = document.getElementById('none-left');
  if (none) none.hidden = shown > 0 || rows.size === 0;
  const clear = toolbar?.querySelector('.clear');
  if (clear) {
    clear.hidden = !days && CHOICES.every((name) => choice[name] === '');
    clear.textContent = days ? `Clear (${day(days.from)}${days.to - days.from > 1440 ? ` to ${day(days.to - 1)}` : ''})` : 'Clear';
  }
}

function clearFilters() {
  for (const name of CHOICES) toolbar.elements[name].value = '';
  days = null;
  applyFilters();
}

/** Writes what is chosen into the address, without a step in the history. */
function rememberFilters() {
  const choice = Object.entries(chosen()).filter(([, value]) => value !== '');
  if (days) choice.push(['from', days.from], ['to', days.to]);
  setAddress(choice.length > 0 ? `#${new URLSearchParams(choice)}` : '#');
}

const setAddress = (hash) => history.replaceState(null, '', hash);

/** Opens an insight, or closes it. */
function setOpen(at, open) {
  const article = rows.get(at);
  if (!article || open === closers.has(at)) return;
  article.querySelector('.row').setAttribute('aria-expanded', String(open));
  article.classList.toggle('open', open);
  if (open) closers.set(at, openDetail(article, insights[at]));
  else {
    closers.get(at)();
    closers.delete(at);
  }
}

/** Opens an insight where it stands, though filters may hide it, and goes there. */
function goTo(at) {
  if (rows.get(at).hidden) clearFilters();
  setOpen(at, true);
  rows.get(at).scrollIntoView({ block: 'start' });
  rows.get(at).querySelector('.row').focus({ preventScroll: true });
}

/** Does what the address says: an insight's id, the first letters of one, or filters. */
function followAddress() {
  const hash = location.hash.slice(1);
  const at = /^[0-9a-f][0-9a-f-]{5,}$/.test(hash) ? insights.findIndex((insight) => insight.id.startsWith(hash)) : -1;
  if (at >= 0) return goTo(at);
  if (!toolbar || !hash.includes('=')) return undefined;
  const wanted = new URLSearchParams(hash);
  for (const name of CHOICES) {
    const field = toolbar.elements[name];
    const value = wanted.get(name) ?? '';
    field.value = value;
    if (field.value !== value) field.value = '';
  }
  const [from, to] = [Number(wanted.get('from')), Number(wanted.get('to'))];
  days = from < to ? { from, to } : null;
  return applyFilters();
}

/** Searches for a text, from elsewhere on the page. */
function find(choice) {
  clearFilters();
  for (const [name, value] of Object.entries(choice)) toolbar.elements[name].value = value;
  applyFilters();
  rememberFilters();
  document.getElementById('insights').scrollIntoView({ block: 'start' });
}

function listenToList() {
  document.getElementById('rows')?.addEventListener('click', (event) => {
    const row = event.target.closest('.row');
    if (!row) return;
    const at = Number(row.closest('article').dataset.at);
    setOpen(at, !closers.has(at));
    if (closers.has(at)) setAddress(`#${insights[at].id}`);
    else rememberFilters();
  });
  toolbar?.addEventListener('submit', (event) => event.preventDefault());
  toolbar?.addEventListener('input', () => {
    applyFilters();
    rememberFilters();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-clear], button[data-find], .heat button');
    if (!button || !toolbar) return;
    const { account, region, from, to, find: text } = button.dataset;
    if (button.hasAttribute('data-clear')) clearFilters();
    else if (text !== undefined) find({ text });
    else {
      find({ account, region });
      days = { from: Number(from), to: Number(to) };
      applyFilters();
    }
    rememberFilters();
  });
  // A link to the insight that is in the address already changes nothing there, but is meant.
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute('href') === location.hash) followAddress();
  });
  addEventListener('hashchange', followAddress);
}

