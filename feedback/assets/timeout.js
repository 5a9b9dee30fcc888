// Warns before unsent answers expire, and keeps them when somebody says so. Without scripts the pages say how long.
const WARN = 10 * 60 * 1000 // milliseconds before the end
const notice = document.getElementById('expiry')

if (notice) {
  const [warning, lost] = notice.querySelectorAll('[data-when]')
  let until = Date.now() + Number(notice.dataset.seconds) * 1000
  const show = (part) => {
    warning.hidden = part !== warning
    lost.hidden = part !== lost
    if (notice.hidden) {
      notice.hidden = false
      notice.focus()
    }
  }
  const look = () => {
    const left = until - Date.now()
    if (left > WARN) notice.hidden = true
    else show(left > 0 ? warning : lost)
  }
  notice.querySelector('button').addEventListener('click', async () => {
    const reply = await fetch(notice.dataset.stay, { method: 'POST' }).catch(() => null)
    if (reply && reply.ok && !reply.redirected) until = Date.now() + Number(notice.dataset.seconds) * 1000
    else if (reply) until = 0
    look()
  })
  setInterval(look, 5000)
}
