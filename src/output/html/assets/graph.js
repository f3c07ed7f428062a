// The graph of an insight: events a minute, the expectation, the bound, and the time from Start to
// End. uPlot draws it; drawn only when somebody looks.

/** Draws into `host`; `layer` is `near` or `wide`. Returns what moves and removes it. */
function graph(host, insight, layer, height) {
  const { start, step } = insight.graph[layer];
  const lines = linesOf(insight, layer);
  const first = start * 60;
  const steps = unpackCounts(insight.graph[layer].events).length;
  const xs = Array.from({ length: steps + 1 }, (_, at) => first + at * step * 60);
  const data = [xs, ...lines.map((line) => line.values)];
  const limits = { min: xs[0], max: xs[xs.length - 1] };
  const unit = `${insight.unit} a minute${step > 1 ? `, mean of ${duration(step)}` : ''}`;
  const chart = new uPlot(options(insight, lines, unit, limits, host, height), data, host);
  const resize = new ResizeObserver(() => {
    if (host.clientWidth > 0) chart.setSize({ width: host.clientWidth, height });
  });
  resize.observe(host);
  graphs.add(chart);
  return {
    chart,
    zoom: (factor) => move(chart, limits, factor, 0),
    pan: (part) => move(chart, limits, 1, part),
    reset: () => chart.setScale('x', limits),
    remove: () => {
      resize.disconnect();
      graphs.delete(chart);
      chart.destroy();
    },
  };
}

/** All that are drawn, to be drawn again when colours change. */
const graphs = new Set();
const redrawGraphs = () => graphs.forEach((chart) => chart.redraw(false, true));

/** What is drawn: a label, values a step, and how. */
function linesOf(insight, layer) {
  const { step, events, failures, calls } = insight.graph[layer];
  const rates = (packed) => {
    const counts = unpackCounts(packed);
    // A step lasts until the next one, the last one too.
    return [...counts, counts[counts.length - 1] ?? null].map((n) => (n === null ? null : n / step));
  };
  const steps = unpackCounts(events).length + 1;
  const level = (rate) => Array(steps).fill(rate);
  const lines = [];
  if (failures.length > 0) {
    lines.push({ label: 'all calls', values: rates(calls), ink: '--graph-calls', width: 1, off: true });
    lines.push({ label: 'failed calls', values: rates(failures), ink: '--graph-failures', width: 1.5, dash: [5, 3], style: 'dashed' });
  }
  const label = failures.length > 0 ? insight.code ?? 'errors' : insight.unit;
  lines.push({ label, values: rates(events), ink: '--graph-events', width: 1.75 });
  const { expected, bound } = insight.graph;
  if (layer === 'near' && expected !== null) {
    lines.push({ label: 'expected', values: level(expected), ink: '--graph-expected', width: 2, dash: [8, 5], style: 'dashed', flat: true });
  }
  if (layer === 'near' && bound !== null) {
    const [minutes, most] = bound;
    const label = minutes === 1 ? 'credible up to' : `credible up to, on ${duration(minutes)}`;
    lines.push({ label, values: level(most / minutes), ink: '--graph-bound', width: 2, dash: [2, 4], style: 'dotted', flat: true });
  }
  return lines;
}

function options(insight, lines, unit, limits, host, height) {
  const ink = (name) => () => colour(name);
  const axis = { stroke: ink('--muted'), grid: { stroke: ink('--line'), width: 1 }, ticks: { stroke: ink('--line'), width: 1, size: 4 }, font: '12px system-ui, sans-serif' };
  return {
    width: Math.max(host.clientWidth, 200),
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    padding: [18, 22, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: true, y: false, uni: 8 } },
    legend: { markers: { dash: (_, at) => lines[at - 1]?.style ?? 'solid' } },
    scales: {
      x: { time: true, range: (_, min, max) => [min ?? limits.min, max ?? limits.max] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...axis, space: 70, size: 42, values: (_, splits) => splits.map(timeLabel) },
      { ...axis, size: 56, label: unit, labelSize: 20, labelFont: axis.font, values: (_, splits) => splits.map(amount) },
    ],
    series: [
      { label: 'time, UTC', value: (_, seconds) => (seconds === null ? '–' : dayAndClock(seconds / 60)) },
      ...lines.map((line) => ({
        label: visible(line.label),
        show: !line.off,
        stroke: ink(line.ink),
        width: line.width,
        dash: line.dash,
        points: { show: false },
        paths: line.flat ? uPlot.paths.linear() : uPlot.paths.stepped({ align: 1 }),
        value: (_, rate) => (rate === null || rate === undefined ? '–' : amount(rate)),
      })),
    ],
    hooks: { drawClear: [(chart) => band(chart, insight)], draw: [(chart) => edges(chart, insight)] },
  };
}

/** The time, with the date where a day begins or the labels do. */
function timeLabel(seconds, at, splits) {
  const minute = seconds / 60;
  const before = at > 0 ? splits[at - 1] / 60 : null;
  if (splits.length > 1 && splits[1] - splits[0] >= 86400) return day(minute);
  return before === null || day(before) !== day(minute) ? `${clock(minute)}\n${day(minute)}` : clock(minute);
}

/** Where the insight is, at least three points wide. */
function place(chart, insight) {
  const at = (minute) => chart.valToPos(minute * 60, 'x', true);
  const left = at(insight.start);
  return [left, Math.max(at(insight.end), left + 3 * devicePixelRatio)];
}

function band(chart, insight) {
  const { ctx, bbox } = chart;
  const [left, right] = place(chart, insight).map((x) => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width));
  ctx.save();
  ctx.fillStyle = colour('--graph-band');
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.restore();
}

function edges(chart, insight) {
  const { ctx, bbox } = chart;
  const [left, right] = place(chart, insight);
  const inside = (x) => x >= bbox.left && x <= bbox.left + bbox.width;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour('--graph-edge');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  const edge = (x, word, align) => {
    if (!inside(x)) return;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.textAlign = align;
    ctx.fillText(word, x, bbox.top - 2 * devicePixelRatio);
  };
  const near = right - left < 90 * devicePixelRatio;
  edge(left, 'Start', near ? 'right' : 'left');
  edge(right, insight.ongoing ? 'logs end' : 'End', near ? 'left' : 'right');
  ctx.restore();
}

/** Zooms by a factor and moves by a part of what is shown, within the limits. */
function move(chart, limits, factor, part) {
  const { min, max } = chart.scales.x;
  const all = limits.max - limits.min;
  const width = Math.min(Math.max((max - min) * factor, Math.min(600, all)), all);
  const middle = (min + max) / 2 + part * (max - min);
  const from = Math.min(Math.max(middle - width / 2, limits.min), limits.max - width);
  chart.setScale('x', { min: from, max: from + width });
}

/** A graph with its buttons, keys and table. */
function graphPanel(insight) {
  const host = make('div', { class: 'graph', tabindex: '0', role: 'group', 'aria-label': `Graph of ${insight.unit} a minute. Plus and minus zoom, arrows move, 0 shows all. The numbers are in the table below.` });
  const panel = make('div', { class: 'graph-panel' });
  let shown = null;
  const show = (layer) => {
    shown?.remove();
    host.replaceChildren();
    shown = graph(host, insight, layer, 280);
    layers.forEach((button, at) => button.setAttribute('aria-pressed', String(at === (layer === 'near' ? 0 : 1))));
    table.replaceWith((table = countsTable(insight, layer)));
  };
  const button = (words, label, act) => make('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, words);
  const layers = [button('Around it', 'The insight and the time around it', () => show('near')), button('Weeks', 'The weeks around it', () => show('wide'))];
  const tools = [
    button('+', 'Zoom in', () => shown.zoom(0.5)),
    button('−', 'Zoom out', () => shown.zoom(2)),
    button('←', 'Earlier', () => shown.pan(-0.25)),
    button('→', 'Later', () => shown.pan(0.25)),
    button('All', 'Show all', () => shown.reset()),
  ];
  let table = make('details');
  const keys = { '+': () => shown.zoom(0.5), '=': () => shown.zoom(0.5), '-': () => shown.zoom(2), ArrowLeft: () => shown.pan(-0.25), ArrowRight: () => shown.pan(0.25), 0: () => shown.reset() };
  host.addEventListener('keydown', (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  panel.append(make('div', { class: 'tools' }, make('span', { class: 'group' }, layers), make('span', { class: 'group' }, tools)), host, table);
  return { panel, show: () => show('near'), remove: () => shown?.remove() };
}

/** The numbers of a graph, for those who cannot see it; made when it is opened. */
function countsTable(insight, layer) {
  const details = make('details', { class: 'counts' }, make('summary', {}, 'The numbers as a table'));
  details.addEventListener('toggle', () => {
    if (!details.open || details.querySelector('table')) return;
    const { start, step, events, failures, calls } = insight.graph[layer];
    const columns = [[insight.unit, events], ['failed calls', failures], ['all calls', calls]].filter(([, packed]) => packed.length > 0);
    const lines = columns.map(([, packed]) => unpackCounts(packed));
    const rows = lines[0].map((_, at) => lines.map((line) => line[at])).map((row, at) => [start + at * step, row]);
    const some = rows.filter(([, row]) => row.some((number) => number !== 0));
    const cells = ([minute, row]) => make('tr', {}, make('th', { scope: 'row' }, dayAndClock(minute)), row.map((number) => make('td', { class: 'number' }, number === null ? 'no logs' : count(number))));
    details.append(
      make('p', { class: 'note' }, `Steps of ${duration(step)}; those without anything are left out.`),
      make('div', { class: 'scroll tall' }, make('table', { class: 'plain' }, make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'UTC'), columns.map(([label]) => make('th', { scope: 'col', class: 'number' }, label)))), make('tbody', {}, some.map(cells)))),
    );
  });
  return details;
}

