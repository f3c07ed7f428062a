// How a graph is zoomed and moved: by wheel, finger and mouse.

/** What is shown, zoomed by a factor around a place in it and moved by a part of it; within limits. */
function within(limits, { min, max }, factor, part, at) {
  const all = limits.max - limits.min;
  const width = Math.min(Math.max((max - min) * factor, Math.min(600, all)), all);
  const from = min + at * (max - min - width) + part * (max - min);
  const first = Math.min(Math.max(from, limits.min), limits.max - width);
  return { min: first, max: first + width };
}

/** Wheels and fingers. A wheel that goes up and down is the page's, unless Ctrl makes it zoom, as
 * pinching a pad does, or Shift makes it move; sideways it moves the graph. */
function listenToHands(over, { zoom, pan }) {
  const wheel = (event) => {
    const { deltaX, deltaY, ctrlKey, shiftKey } = event;
    const sideways = Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : shiftKey ? deltaY : 0;
    if (!ctrlKey && sideways === 0) return;
    event.preventDefault();
    if (ctrlKey) zoom(Math.min(Math.max(Math.exp(deltaY / 200), 0.5), 2), event.offsetX / over.clientWidth);
    else pan(Math.min(Math.max(sideways / over.clientWidth, -0.5), 0.5));
  };
  // A finger moves it; up and down, it moves the page (`touch-action`).
  let finger = null;
  const down = (event) => (finger = event.pointerType === 'touch' && event.isPrimary ? event.clientX : null);
  const move = (event) => {
    if (finger === null || !event.isPrimary) return;
    pan((finger - event.clientX) / over.clientWidth);
    finger = event.clientX;
  };
  const up = () => (finger = null);
  const handlers = { wheel, pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };
  for (const [name, handler] of Object.entries(handlers)) over.addEventListener(name, handler, { passive: false });
  return () => Object.entries(handlers).forEach(([name, handler]) => over.removeEventListener(name, handler));
}

/** Moves what is shown with the mouse for as long as its button is down. */
function drag(over, { pan }, event) {
  let last = event.clientX;
  over.classList.add('grabbed');
  const move = ({ clientX }) => {
    pan((last - clientX) / over.clientWidth);
    last = clientX;
  };
  const up = () => {
    over.classList.remove('grabbed');
    removeEventListener('mousemove', move);
    removeEventListener('mouseup', up);
  };
  addEventListener('mousemove', move);
  addEventListener('mouseup', up);
}

