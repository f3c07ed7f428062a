// One insight, opened: what came and what was expected, who, why, what else, and how to see it.

/** Fills `article` with all about its insight. Returns what takes it out again. */
function openDetail(article, insight) {
  const graphs = graphPanel(insight);
  const detail = make('div', { class: 'detail' },
    summary(insight),
    graphs.panel,
    make('h4', {}, 'Who and what took part'),
    insight.tables.length > 0 ? attributionTables(insight) : make('p', { class: 'none' }, 'Nothing is attributed.'),
    neighbours(insight),
    commands(insight),
    records(insight),
    make('p', { class: 'permalink' }, make('a', { href: `#${insight.id}` }, 'Link to this insight'), ' ', make('code', {}, insight.id)));
  article.append(detail);
  graphs.show();
  return () => {
    graphs.remove();
    detail.remove();
  };
}

function summary(insight) {
  const lines = insight.told.filter(([label]) => label !== 'where' && label !== 'when');
  const place = insight.api === '*' ? `${insight.account}, mostly ${insight.region}` : `${insight.account}, ${insight.region}`;
  const facts = [
    ['When', insight.when],
    ['Where', place],
    ['What', insight.api === '*' ? `${insight.words}${insight.scope ? `: ${insight.scope}` : ''}` : `${insight.source} ${insight.api}${insight.code ? ` ${insight.code}` : ''}`],
    ...lines.map(([label, text]) => [{ seen: 'Seen', normal: 'Normal', errors: 'Errors', hidden: 'Hidden', gap: 'Gap' }[label] ?? label, text]),
  ];
  if (insight.pattern !== 'unclear') {
    facts.push(['Looks like', `${insight.pattern}${insight.technique ? ` (MITRE ATT&CK ${insight.technique})` : ''}: ${insight.why}`]);
  }
  if (insight.reasons.length > 0) facts.push([`Why ${insight.severity}`, insight.reasons.join(', ')]);
  return make('dl', { class: 'facts' }, facts.map(([label, text]) => make('div', {}, make('dt', {}, label), make('dd', {}, text))));
}

function neighbours(insight) {
  if (insight.neighbours.length === 0) return null;
  const line = ([at, sameMinutes, sameIdentity]) => {
    const other = insights[at];
    const why = [sameMinutes && 'same time', sameIdentity && 'same identity'].filter(Boolean).join(', ');
    return make('li', {}, severityShape(other.severity), make('a', { href: `#${other.id}` }, make('strong', {}, other.who), ' ', other.did), make('span', { class: 'note' }, ` ${dayAndClock(other.start)}; ${why}`));
  };
  const more = insight.more_neighbours;
  return make('section', {}, make('h4', {}, 'May belong to it'), make('ul', { class: 'neighbours' }, insight.neighbours.map(line), more > 0 && make('li', { class: 'note' }, `and ${count(more)} more`)));
}

/** A copy of the shape that the insight's own line has. */
function severityShape(severity) {
  const shape = document.querySelector(`.badge.${severity} svg`)?.cloneNode(true);
  return make('span', { class: `dot ${severity}` }, shape, make('span', { class: 'visually-hidden' }, `${severity}: `));
}

function commands(insight) {
  const block = ([title, text]) => make('div', { class: 'command' }, make('p', {}, title, ' ', copyButton(text)), code(text));
  return make('section', {}, make('h4', {}, 'The events themselves'),
    insight.commands.map(block),
    insight.examples.length > 0 && make('div', { class: 'command' }, make('p', {}, 'Some of their ids ', copyButton(insight.examples.join('\n'))), code(insight.examples.join('\n'))));
}

function records(insight) {
  const names = ['Start', 'End'];
  const block = (record, at) => {
    const details = make('details', {}, make('summary', {}, `${names[at]} record`));
    details.addEventListener('toggle', () => {
      if (!details.open || details.querySelector('pre')) return;
      const text = visibleJson(record);
      details.append(make('p', {}, copyButton(text)), code(text));
    });
    return details;
  };
  return make('section', { class: 'records' }, make('h4', {}, 'Records, as CloudTrail writes them'),
    insight.records.map(block),
    insight.ongoing && make('p', { class: 'note' }, 'There is no End yet: it still went on when the logs ended.'));
}

/** Text with its line ends; each line shown as all text is. */
function code(text) {
  const pre = make('pre', { tabindex: '0' });
  pre.textContent = text.split('\n').map(visible).join('\n');
  return pre;
}

