// Begins: the list first, then what the address asks for; graphs when they come into sight.

applyFilters();
listenToList();
listenToKeys();
listenToPrinting();
followAddress();

const inSight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    inSight.unobserve(target);
    graph(target, insights[Number(target.dataset.graph)], 184);
  }
});
for (const figure of document.querySelectorAll('[data-graph]')) inSight.observe(figure);

// What matters most of a heat map that is wider than its window.
const worst = ['critical', 'high', 'medium', 'low'].map((severity) => document.querySelector(`.heat td.${severity}`)).find(Boolean);
const map = worst?.closest('.scroll');
if (map && map.scrollWidth > map.clientWidth) map.scrollLeft = worst.offsetLeft - map.clientWidth * 0.7;

document.documentElement.dataset.ready = '';
