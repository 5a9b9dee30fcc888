// A screen reader must hear what is wrong first: move the focus to the error summary when the page opens.
export const focusSummary = () => {
  const summary = document.querySelector('.govuk-error-summary')
  if (!summary) return
  summary.tabIndex = -1
  summary.focus()
  summary.addEventListener('blur', () => summary.removeAttribute('tabindex'), { once: true })
}
