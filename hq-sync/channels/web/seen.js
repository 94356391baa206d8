// Says that the page was painted where she can see it, once: a page that opens behind others has not been seen yet.
function tell() {
  if (document.visibilityState !== 'visible') return;
  document.removeEventListener('visibilitychange', tell);
  requestAnimationFrame(() => requestAnimationFrame(() => navigator.sendBeacon(`${location.pathname}/seen`)));
}

document.addEventListener('visibilitychange', tell);
tell();
