// The graph of an insight: events a minute, the expectation, the bound, and the time from Start to
// End. uPlot draws it; drawn only when somebody looks.

/** Draws into `host`: what was around the insight, which can be left for the weeks around that.
 * `onMove` is told what is shown. Returns what moves and removes it. */
function graph(host, insight, height, onMove = () => {}) {
  const lines = linesOf(insight);
  const [home, weeks] = ['near', 'wide'].map((layer) => secondsOf(insight.graph[layer]));
  const limits = { min: Math.min(home.min, weeks.min), max: Math.max(home.max, weeks.max) };
  const caption = host.appendChild(make('p', { class: 'unit' }));
  let [view, layers] = [home, 'near'];
  const setView = (next) => {
    view = next;
    const wanted = layersFor(view, home);
    chart.batch(() => {
      if (wanted !== layers) chart.setData(columns(insight, lines, (layers = wanted)), false);
      chart.setScale('x', view);
    });
    caption.textContent = visible(unitOf(insight, layers, home));
    onMove(view.min === home.min && view.max === home.max ? 'near' : view.min === weeks.min && view.max === weeks.max ? 'wide' : '');
  };
  const moved = (factor, part, at = 0.5) => within(limits, view, factor, part, at);
  const moves = {
    zoom: (factor, at) => setView(moved(factor, 0, at)),
    pan: (part) => setView(moved(1, part)),
    show: (layer) => setView(layer === 'near' ? home : weeks),
  };
  const select = (chart) => {
    const { left, width } = chart.select;
    if (width >= 8) setView(within(limits, { min: chart.posToVal(left, 'x'), max: chart.posToVal(left + width, 'x') }, 1, 0, 0.5));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  };
  const chart = new uPlot(options(insight, lines, () => [view.min, view.max], host, height, select, moves), columns(insight, lines, layers), host);
  setView(home);
  const quiet = listenToHands(chart.over, moves);
  chart.fit = (width = host.clientWidth) => width > 0 && chart.setSize({ width, height });
  const resize = new ResizeObserver(() => chart.fit());
  resize.observe(host);
  graphs.add(chart);
  return {
    ...moves,
    picture: () => graphAsPicture(chart, insight, caption.textContent),
    remove: () => {
      resize.disconnect();
      quiet();
      graphs.delete(chart);
      chart.destroy();
    },
  };
}

/** All that are drawn, to be drawn again when colours change. */
const graphs = new Set();
const redrawGraphs = () => graphs.forEach((chart) => chart.redraw(false, true));

/** On paper they are as wide as the narrowest, and light. */
function listenToPrinting() {
  const { dataset } = document.documentElement;
  let theme;
  addEventListener('beforeprint', () => {
    theme = dataset.theme;
    dataset.theme = 'light';
    graphs.forEach((chart) => chart.fit(640));
    redrawGraphs();
  });
  addEventListener('afterprint', () => {
    if (theme === undefined) delete dataset.theme;
    else dataset.theme = theme;
    graphs.forEach((chart) => chart.fit());
    redrawGraphs();
  });
}

const stepsIn = (layer) => unpackCounts(layer.events).length;
const secondsOf = (layer) => ({ min: layer.start * 60, max: (layer.start + stepsIn(layer) * layer.step) * 60 });

/** What is drawn: a label, what it is of, and how. */
function linesOf(insight) {
  const { near, expected, bound } = insight.graph;
  const failures = near.failures.length > 0;
  const lines = [];
  if (failures) {
    lines.push({ label: 'all calls', of: 'calls', ink: '--graph-calls', width: 1, off: true });
    lines.push({ label: 'failed calls', of: 'failures', ink: '--graph-failures', width: 1.5, dash: [5, 3], style: 'dashed' });
  }
  lines.push({ label: failures ? insight.code ?? 'errors' : insight.unit, of: 'events', ink: '--graph-events', width: 1.75 });
  if (expected !== null) lines.push({ label: 'expected', level: expected, ink: '--graph-expected', width: 2, dash: [8, 5], style: 'dashed' });
  if (bound !== null) {
    const [minutes, most] = bound;
    const label = minutes === 1 ? 'unusual above' : `unusual if the mean of ${duration(minutes)} is above`;
    lines.push({ label, level: most / minutes, ink: '--graph-bound', width: 2, dash: [2, 4], style: 'dotted' });
  }
  return lines;
}

/** Which layers a view needs: minutes are no use where a point is an hour. */
function layersFor(view, home) {
  if (view.min >= home.min && view.max <= home.max) return 'near';
  return view.max - view.min <= 4 * (home.max - home.min) ? 'both' : 'wide';
}

/** Seconds, and a value a line, of one layer or of the near one with the other on both sides. What
 * was expected is known of the near one only. */
function columns(insight, lines, layers) {
  const { near, wide } = insight.graph;
  const [from, to] = [near.start, near.start + stepsIn(near) * near.step];
  const pieces = {
    near: [[near, from, to]],
    both: [[wide, 0, from], [near, from, to], [wide, to, Infinity]],
    wide: [[wide, 0, Infinity]],
  }[layers];
  const [xs, values] = [[], lines.map(() => [])];
  const put = (minute, valueOf) => {
    xs.push(minute * 60);
    lines.forEach((line, at) => values[at].push(valueOf(line)));
  };
  let end = null;
  for (const [layer, after, before] of pieces) {
    const counts = Object.fromEntries(['events', 'failures', 'calls'].map((name) => [name, unpackCounts(layer[name])]));
    for (let at = 0; at < counts.events.length; at += 1) {
      const [first, last] = [layer.start + at * layer.step, layer.start + (at + 1) * layer.step];
      if (last <= after || first >= before) continue;
      const start = Math.max(first, after);
      if (end !== null && end < start) put(end, () => null);
      put(start, ({ of, level }) => {
        if (!of) return layer === near ? level : null;
        const count = counts[of][at] ?? null;
        return count === null ? null : count / layer.step;
      });
      end = Math.min(last, before);
    }
  }
  // A step lasts until the next one, the last one too.
  if (end !== null) put(end, (line) => values[lines.indexOf(line)].at(-1));
  return [xs, ...values];
}

/** What is counted, in steps of what length. */
function unitOf(insight, layers, home) {
  const { near, wide } = insight.graph;
  const unit = `${insight.unit[0].toUpperCase()}${insight.unit.slice(1)} a minute`;
  if (layers === 'wide') return `${unit}, in steps of ${duration(wide.step)}`;
  const steps = near.step > 1 ? `${unit}, in steps of ${duration(near.step)}` : unit;
  return layers === 'both' && near.step !== wide.step ? `${steps}; of ${duration(wide.step)} beyond ${dayAndClock(home.min / 60)} to ${dayAndClock(home.max / 60)}` : steps;
}

function options(insight, lines, range, host, height, select, moves) {
  const ink = (name) => () => colour(name);
  const axis = { stroke: ink('--muted'), grid: { stroke: ink('--line'), width: 1 }, ticks: { stroke: ink('--line'), width: 1, size: 4 }, font: '12px system-ui, sans-serif' };
  const main = 1 + lines.findIndex((line) => line.of === 'events');
  return {
    width: Math.max(host.clientWidth, 200),
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    padding: [18, 24, 0, 0],
    cursor: {
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
      bind: {
        mousedown: (_, __, select) => (event) => (event.shiftKey ? drag(event.target, moves, event) : select(event)),
        dblclick: () => () => moves.show('near'),
      },
    },
    legend: { markers: { dash: (_, at) => lines[at - 1]?.style ?? 'solid' } },
    scales: {
      x: { time: true, range },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...axis, space: 70, size: 42, values: (_, splits) => splits.map(timeLabel) },
      { ...axis, size: 48, values: (_, splits) => splits.map(amount) },
    ],
    series: [
      { label: 'UTC', value: (_, seconds) => (seconds === null ? '' : dayAndClock(seconds / 60)) },
      ...lines.map((line) => ({
        label: visible(line.label),
        show: !line.off,
        stroke: ink(line.ink),
        width: line.width,
        dash: line.dash,
        points: { show: false },
        paths: line.of ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear(),
        value: (_, rate) => (line.of ? (rate === null || rate === undefined ? '' : amount(rate)) : amount(line.level)),
      })),
    ],
    hooks: {
      setSelect: [select],
      drawClear: [(chart) => unknown(chart, main), (chart) => band(chart, insight)],
      draw: [(chart) => edges(chart, insight)],
    },
  };
}

