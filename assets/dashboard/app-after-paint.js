// The skeleton is painted first: taking the page's modules apart would keep it waiting. A page in the background paints nothing and does not wait.
const start = async () => await import('./app.js')
if (document.hidden) start()
else requestAnimationFrame(() => { setTimeout(start) })
