// The data of the page, as src/output/html/pack.rs and island.rs make it small.

/** The value that was packed. */
function unpack({ shapes, texts, root }) {
  const value = (node) => {
    if (!Array.isArray(node)) return node;
    if (node[0] === -1) return node.slice(1).map(value);
    if (node[0] === -2) return texts[node[1]];
    return Object.fromEntries(shapes[node[0]].map((key, at) => [key, value(node[at + 1])]));
  };
  return value(root);
}

/** Counts a step; `null` where no logs are. */
function unpackCounts(packed) {
  const counts = [];
  for (const number of packed) {
    if (number >= 0) counts.push(number);
    else if (number % 2 === 0) for (let left = number; left < 0; left += 2) counts.push(0);
    else for (let left = number; left < 0; left += 2) counts.push(null);
  }
  return counts;
}

const insights = unpack(JSON.parse(document.getElementById('island').textContent)).insights;

