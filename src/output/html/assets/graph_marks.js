// What is drawn behind and over the lines of a graph: times, the time from Start to End, and the time
// that there are no logs of.

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

/** Shades the time that there are no logs of. */
function unknown(chart, line) {
  const { ctx, bbox, data } = chart;
  const [xs, values] = [data[0], data[line]];
  const at = (seconds) => Math.min(Math.max(chart.valToPos(seconds, 'x', true), bbox.left), bbox.left + bbox.width);
  ctx.save();
  ctx.fillStyle = colour('--graph-gap');
  for (let from = 0; from < xs.length - 1; from += 1) {
    if (values[from] !== null) continue;
    let to = from + 1;
    while (to < xs.length - 1 && values[to] === null) to += 1;
    const [left, right] = [at(xs[from]), at(xs[to])];
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    from = to;
  }
  ctx.restore();
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

