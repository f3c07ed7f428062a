// The graph of an insight that is opened, with its buttons and keys, and its numbers as tables.

/** A graph with its buttons, keys and tables. */
function graphPanel(insight) {
  const host = make('div', { class: 'graph', tabindex: '0', role: 'group', 'aria-label': `Graph of ${insight.unit} a minute. Plus and minus zoom, arrows move, 0 goes back. The numbers are in the tables below.` });
  let shown = null;
  const button = (words, label, act) => make('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, words);
  const layers = {
    near: button('Around it', 'The insight and the time around it (0)', () => shown.show('near')),
    wide: button('Weeks', 'The weeks around it', () => shown.show('wide')),
  };
  const press = (layer) => Object.entries(layers).forEach(([name, button]) => button.setAttribute('aria-pressed', String(name === layer)));
  const acts = { '+': () => shown.zoom(0.5), '-': () => shown.zoom(2), ArrowLeft: () => shown.pan(-0.25), ArrowRight: () => shown.pan(0.25), 0: () => shown.show('near') };
  acts['='] = acts['+'];
  const tools = [
    button('+', 'Zoom in (+)', acts['+']),
    button('−', 'Zoom out (-)', acts['-']),
    button('←', 'Earlier (left arrow)', acts.ArrowLeft),
    button('→', 'Later (right arrow)', acts.ArrowRight),
  ];
  const files = [button('PNG', 'Save a picture of the graph', () => shown.picture())];
  host.addEventListener('keydown', (event) => {
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  });
  const panel = make('div', { class: 'graph-panel' },
    make('div', { class: 'tools' }, make('span', { class: 'group' }, Object.values(layers)), make('span', { class: 'group' }, tools), make('span', { class: 'group' }, files)),
    host,
    make('p', { class: 'note hands' }, 'Drag to zoom, drag with Shift to move, double click to go back.'),
    countsTable(insight, 'near', 'The numbers as a table'),
    countsTable(insight, 'wide', 'The numbers of the weeks as a table'));
  return { panel, show: () => (shown = graph(host, insight, 280, press)), remove: () => shown?.remove() };
}

/** The numbers of a graph, for those who cannot see it; made when it is opened. */
function countsTable(insight, layer, title) {
  const details = make('details', { class: 'counts' }, make('summary', {}, title));
  details.addEventListener('toggle', () => {
    if (!details.open || details.querySelector('table')) return;
    const { start, step, events, failures, calls } = insight.graph[layer];
    const columns = [[insight.unit, events], ['failed calls', failures], ['all calls', calls]].filter(([, packed]) => packed.length > 0);
    const lines = columns.map(([, packed]) => unpackCounts(packed));
    const rows = lines[0].map((_, at) => lines.map((line) => line[at])).map((row, at) => [start + at * step, row]);
    const some = rows.filter(([, row]) => row.some((number) => number !== 0));
    const cells = ([minute, row]) => make('tr', {}, make('th', { scope: 'row' }, dayAndClock(minute)), row.map((number) => make('td', { class: 'number' }, number === null ? 'no logs' : count(number))));
    details.append(
      make('p', {}, `Steps of ${duration(step)}; those without anything are left out.`, make('button', { type: 'button', class: 'copy', onclick: () => numbersAsCsv(insight, layer) }, 'Save all as CSV')),
      make('div', { class: 'scroll tall' }, make('table', { class: 'plain' }, make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'UTC'), columns.map(([label]) => make('th', { scope: 'col', class: 'number' }, label)))), make('tbody', {}, some.map(cells)))),
    );
  });
  return details;
}

