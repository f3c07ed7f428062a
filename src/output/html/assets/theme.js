// Before anything is painted: the look that was chosen last time, else the system's.
try {
  const chosen = localStorage.getItem('trailspike-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is closed to pages on some disks; then the system's look it is.
}
