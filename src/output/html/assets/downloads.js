// Files that the page makes itself: the numbers of a graph, and a picture of it as it is seen.

function download(name, blob) {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** As the images of `--svg` are named. */
const fileName = ({ start, id }, end) => `${dateOf(start).toISOString().slice(0, 16).replace(':', '')}Z-${id.slice(0, 8)}${end}`;

/** A row a step; nothing in it but times and numbers of our own making. */
function numbersAsCsv(insight, layer) {
  const { start, step, ...counts } = insight.graph[layer];
  const columns = Object.entries(counts).filter(([, packed]) => packed.length > 0).map(([name, packed]) => [name, unpackCounts(packed)]);
  const time = (at) => dateOf(start + at * step).toISOString().replace('.000', '');
  const rows = columns[0][1].map((_, at) => [time(at), step, ...columns.map(([, counts]) => counts[at] ?? '')]);
  const head = ['start', 'minutes', ...columns.map(([name]) => name)];
  download(fileName(insight, layer === 'near' ? '.csv' : '-weeks.csv'), new Blob([[head, ...rows].map((row) => row.join(',')).join('\n'), '\n'], { type: 'text/csv' }));
}

/** The graph, with what happened above it. */
function graphAsPicture(chart, insight, caption) {
  const { canvas } = chart.ctx;
  const size = devicePixelRatio;
  const [edge, above] = [16 * size, 92 * size];
  const picture = make('canvas', { width: canvas.width + 2 * edge, height: canvas.height + above + edge });
  const ctx = picture.getContext('2d');
  ctx.fillStyle = colour('--sheet');
  ctx.fillRect(0, 0, picture.width, picture.height);
  const write = (text, x, y, ink, font) => {
    ctx.font = `${font.replace(/\d+/, (pixels) => pixels * size)} system-ui, sans-serif`;
    ctx.fillStyle = colour(ink);
    ctx.fillText(visible(text), x, y, picture.width - edge - x);
    return x + ctx.measureText(visible(text)).width;
  };
  write(`${insight.who} ${insight.did}`, edge, edge + 14 * size, '--ink', '600 16px');
  write(`${insight.when}; ${insight.account}, ${insight.region}`, edge, edge + 34 * size, '--muted', '13px');
  write(caption, edge, edge + 52 * size, '--muted', '12px');
  let from = edge;
  linesOf(insight).forEach(({ label, level, ink, dash = [] }, at) => {
    if (!chart.series[at + 1].show) return;
    ctx.strokeStyle = colour(ink);
    ctx.lineWidth = 2 * size;
    ctx.setLineDash(dash.map((length) => length * size * 0.6));
    ctx.beginPath();
    ctx.moveTo(from, edge + 66 * size);
    ctx.lineTo(from + 18 * size, edge + 66 * size);
    ctx.stroke();
    const words = level === undefined ? label : `${label} ${amount(level)}`;
    from = write(words, from + 24 * size, edge + 70 * size, '--ink', '12px') + 18 * size;
  });
  ctx.drawImage(canvas, edge, above);
  picture.toBlob((blob) => blob && download(fileName(insight, '.png'), blob));
}

