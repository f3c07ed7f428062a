// The keyboard: search, walk, open, close, help.

const shownRows = () => applyFilters.order.filter((at) => !rows.get(at).hidden);

/** Goes to the next line, or the one before. */
function walk(by) {
  const all = shownRows();
  if (all.length === 0) return;
  const here = document.activeElement?.closest?.('article.insight');
  const now = here ? all.indexOf(Number(here.dataset.at)) : -1;
  const next = now < 0 ? 0 : Math.min(Math.max(now + by, 0), all.length - 1);
  const row = rows.get(all[next]).querySelector('.row');
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

function closeAll(but = null) {
  for (const at of [...closers.keys()]) if (at !== but) setOpen(at, false);
}

function switchTheme() {
  const dark = document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  const next = dark === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem('trailspike-theme', next);
  } catch {
    // Then it is only for now.
  }
  redrawGraphs();
}

const help = document.getElementById('help');
const KEYS = {
  '/': () => document.getElementById('search')?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  o: () => {
    const here = document.activeElement?.closest?.('article.insight');
    closeAll(here ? Number(here.dataset.at) : null);
    if (here) setOpen(Number(here.dataset.at), true);
  },
  t: switchTheme,
  g: () => scrollTo(0, 0),
  '?': () => help.showModal(),
};

function escape() {
  const here = document.activeElement;
  if (here?.matches('input, select')) here.blur();
  else {
    const article = here?.closest?.('article.insight');
    closeAll();
    article?.querySelector('.row').focus();
    rememberFilters();
  }
}

function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === 'Escape') return escape();
    if (event.target.matches?.('input, select, textarea') || !KEYS[event.key]) return undefined;
    event.preventDefault();
    return KEYS[event.key]();
  });
  document.getElementById('theme').addEventListener('click', switchTheme);
  document.getElementById('ask').addEventListener('click', () => help.showModal());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawGraphs);
}

