// Names in logs are written by strangers: nothing in them may hide or turn the text around.
// The same characters as src/output/visible.rs.

const HIDING = new RegExp(
  '[\\0-\\x1f\\x7f-\\xa0\\xad\\u034f\\u061c\\u0600-\\u0605\\u06dd\\u070f\\u0890-\\u0891\\u08e2' +
    '\\u115f-\\u1160\\u3164\\uffa0\\u1680\\u17b4-\\u17b5\\u180b-\\u180f\\u2000-\\u200f' +
    '\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\ue000-\\uf8ff\\ufe00-\\ufe0f\\ufeff' +
    '\\ufdd0-\\ufdef\\ufff0-\\ufffb\\ufffe-\\uffff\\u{110bd}\\u{110cd}\\u{13430}-\\u{1343f}' +
    '\\u{1bca0}-\\u{1bca3}\\u{1d159}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}]',
  'gu',
);
const SHORT_ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
// Marks sit on the character before; a tall pile of them spills over other lines.
const MARK = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u;
const MARKS = 2;

/** The text with every control, format and other invisible character written out. */
function visible(text) {
  if (/^[ -~]*$/.test(text)) return String(text);
  let shown = '';
  // A mark at the very beginning would sit on whatever stands before.
  let marks = MARKS;
  for (const character of String(text)) {
    marks = MARK.test(character) ? marks + 1 : 0;
    if (marks > MARKS || character.search(HIDING) >= 0) {
      shown += SHORT_ESCAPES[character] ?? `\\u{${character.codePointAt(0).toString(16)}}`;
      marks = MARKS;
    } else {
      shown += character;
    }
  }
  return shown;
}

/** JSON, indented, with what hides escaped as JSON escapes; line ends stay. */
function visibleJson(value) {
  const unit = (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(value, null, 2);
  return json.replace(HIDING, (character) =>
    character === '\n' ? character : character.split('').map(unit).join(''),
  );
}

