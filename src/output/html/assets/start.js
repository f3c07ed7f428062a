// Begins: the list first, then what the address asks for; graphs when they come into sight.

applyFilters();
listenToList();
listenToKeys();
followAddress();

const inSight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    inSight.unobserve(target);
    graph(target, insights[Number(target.dataset.graph)], 'near', 220);
  }
});
for (const figure of document.querySelectorAll('[data-graph]')) inSight.observe(figure);

document.documentElement.dataset.ready = '';
