// "Exit this page": with scripts the page goes blank at once and its place in the history is taken by the next one;
// Shift pressed three times within five seconds does the same. Without scripts the link works as any link.
const WITHIN = 5000

export const exitPage = () => {
  const link = document.querySelector('.app-exit')
  if (!link) return
  const leave = (event) => {
    event?.preventDefault()
    document.documentElement.hidden = true
    document.title = '\u200b'
    try { localStorage.clear(); sessionStorage.clear() } catch { /* forbidden here, so nothing is kept either */ }
    location.replace(link.href)
  }
  let presses = []
  link.addEventListener('click', leave)
  document.querySelector('.app-exit-skip')?.addEventListener('click', leave)
  addEventListener('keyup', (event) => {
    const now = Date.now()
    presses = event.key === 'Shift' ? [...presses.filter((at) => now - at < WITHIN), now] : []
    if (presses.length === 3) leave()
  })
  // Coming back with the browser's Back button asks the server again instead of showing what was typed. A form with a
  // number of its own stays: sent once more it must be known as the same, and leaving has taken it out of the history.
  addEventListener('pageshow', (event) => { if (event.persisted && !document.forms[0]?.opened) location.reload() })
}
