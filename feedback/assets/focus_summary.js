// A screen reader must hear what is wrong first: move the focus to the error summary when the page opens. Its links
// then move the focus themselves, so that no address in the history names a question.
export const focusSummary = () => {
  const summary = document.querySelector('.govuk-error-summary')
  if (!summary) return
  summary.tabIndex = -1
  summary.focus()
  summary.addEventListener('click', (event) => {
    const target = event.target.hash && document.getElementById(event.target.hash.slice(1))
    if (!target) return
    event.preventDefault()
    const group = target.closest('.govuk-form-group') || target
    group.scrollIntoView()
    target.focus({ preventScroll: true })
  })
}
