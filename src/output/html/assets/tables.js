// Who and what took part in an insight: each value's average and share, against the baseline.

const ATTRIBUTES = {
  userIdentityArn: 'Identities',
  userAgent: 'User agents',
  errorCode: 'Error codes',
  sourceIPAddress: 'Source addresses',
  api: 'APIs',
};

/** The tables of an insight, side by side. */
function attributionTables(insight) {
  return make('div', { class: 'attributions' }, insight.tables.map((table) => attributionTable(insight, table)));
}

function attributionTable(insight, { by, distinct, new: fresh, rows, before }) {
  const sum = (place) => rows.reduce((all, row) => all + row[place], 0);
  const [events, baseline] = [sum(1), sum(2)];
  const average = (number, minutes, whole) => [
    make('span', { class: 'average' }, amount(minutes > 0 ? number / minutes : 0)),
    ' ',
    make('span', { class: 'share' }, `(${percent(number, whole)})`),
  ];
  const cells = ([value, now, then, origin]) =>
    make('tr', { class: value === null ? 'other' : null },
      make('th', { scope: 'row' },
        make('span', { class: 'value' }, nameOf(by, value)),
        origin && make('span', { class: 'origin' }, origin),
        value !== null && then === 0 && make('span', { class: 'tag' }, 'new'),
        shareBar(now, events)),
      make('td', { class: 'number' }, average(now, insight.minutes, events)),
      make('td', { class: 'number' }, average(then, insight.baseline_minutes, baseline)));
  const head = ['Insight', 'Baseline'].map((word) => make('th', { scope: 'col', class: 'number' }, word, make('span', { class: 'visually-hidden' }, ' average a minute (share)')));
  const title = ATTRIBUTES[by] ?? by;
  return make('section', { class: 'attribution' },
    make('table', { class: 'plain' },
      make('caption', {}, title, ' ', make('span', { class: 'note' }, `${count(distinct)} in all${fresh > 0 ? `, ${count(fresh)} new` : ''}`)),
      make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, make('span', { class: 'visually-hidden' }, title)), head)),
      make('tbody', {}, rows.map(cells))),
    before.length > 0 && make('details', {},
      make('summary', {}, 'Top of the baseline'),
      make('table', { class: 'plain' }, make('tbody', {}, before.map(([value, then]) =>
        make('tr', {}, make('th', { scope: 'row' }, make('span', { class: 'value' }, nameOf(by, value))), make('td', { class: 'number' }, average(then, insight.baseline_minutes, baseline))))))));
}

function nameOf(by, value) {
  if (value === null) return 'Other';
  if (value === '') return '(none)';
  if (value === 'HIDDEN_DUE_TO_SECURITY_REASONS') return 'unknown users, whose names AWS hides';
  return by === 'errorCode' && value === 'null' ? 'None: no error' : value;
}

function shareBar(part, whole) {
  const width = whole > 0 ? (part / whole) * 100 : 0;
  return draw('svg', { class: 'share-bar', width: '100%', height: '3', 'aria-hidden': 'true' }, draw('rect', { width: `${width.toFixed(1)}%`, height: '3' }));
}

