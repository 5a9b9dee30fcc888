// Answers the short form on a handed-over tablet, by its real buttons, for as long as `soakTask` gives it something.
(() => {
  if (!location.pathname.startsWith('/tablet')) return
  const seen = async (selector, milliseconds = 8000) => {
    const until = Date.now() + milliseconds
    while (Date.now() < until) {
      const found = document.querySelector(selector)
      if (found && found.offsetParent !== null) return found
      await new Promise((done) => setTimeout(done, 20))
    }
    return null
  }
  const person = async () => {
    const start = await seen('.app-choice button', 60000)
    const task = start && await window.soakTask()
    if (!task) return false
    start.click()
    const text = await seen('section:not([hidden]) textarea')
    if (!text) return true
    document.querySelector(`input[name=safe_local_day][value=${task.safe}]`).click()
    text.value = task.text
    text.dispatchEvent(new Event('input', { bubbles: true }))
    if (task.discard) return true // the reload below walks away in the middle
    document.querySelector('[data-do=onward]').click()
    if (await seen('[data-do=next]')) await window.soakThanked(task.text)
    return true
  }
  addEventListener('load', async () => {
    const more = await person().catch(() => true)
    setTimeout(() => location.replace('/tablet/'), more ? 0 : 1500)
  })
})()
