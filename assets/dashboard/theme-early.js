// Before the first paint: a page that was switched to dark shall not flash.
(() => {
  try {
    const theme = localStorage.getItem('njord-theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch {}
})()
