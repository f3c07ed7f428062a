// Numbers and times as people read them, as src/output/numbers.rs has them. All times are UTC.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (number) => String(number).padStart(2, '0');
const dateOf = (minute) => new Date(minute * 60000);

const count = (number) => Math.round(number).toLocaleString('en-US');

/** About two digits that matter. */
function amount(number) {
  if (number === null || !Number.isFinite(number)) return '?';
  const size = Math.abs(number);
  if (size >= 10) return count(number);
  if (size >= 1) return String(Math.round(number * 10) / 10);
  if (size < 0.00005) return '0';
  return String(Number(number.toFixed(size >= 0.1 ? 2 : 4)));
}

/** A share; never 100 % of less than all, never 0 % of something. */
function percent(part, whole) {
  if (!part || !whole) return '0%';
  if (part >= whole) return '100%';
  const share = Math.floor((part * 100) / whole);
  return share === 0 ? '<1%' : `${share}%`;
}

const clock = (minute) => `${two(dateOf(minute).getUTCHours())}:${two(dateOf(minute).getUTCMinutes())}`;
const day = (minute) => `${dateOf(minute).getUTCDate()} ${MONTHS[dateOf(minute).getUTCMonth()]}`;
const dayAndClock = (minute) => `${day(minute)} ${clock(minute)}`;

function duration(minutes) {
  const units = [[Math.floor(minutes / 1440), 'd'], [Math.floor((minutes % 1440) / 60), 'h'], [minutes % 60, 'min']];
  const first = units.findIndex(([number]) => number > 0);
  if (first < 0) return '0 min';
  const shown = units.slice(first, first + 2).filter(([number]) => number > 0);
  return shown.map(([number, unit]) => `${number} ${unit}`).join(' ');
}

