// Who is asked what, and which answers are allowed: the same rules as forms/ in Python, and tested to be.
import { Fault, TYPES } from './answers.js'

// The codes in an answer, whatever its shape; of one row of a grid when `row` is named.
const codesGiven = (answer, row) => {
  if (row) answer = answer?.[row]
  if (typeof answer === 'string') return [answer]
  return typeof answer === 'object' && answer ? Object.values(answer) : []
}

const holds = (condition, answers) => {
  const given = codesGiven(answers[condition.question], condition.row)
  const any = condition.any_of ?? []
  if (any.length && !given.some((code) => any.includes(code))) return false
  return !given.some((code) => (condition.none_of ?? []).includes(code))
}

const allHold = (conditions, answers) => (conditions ?? []).every((condition) => holds(condition, answers))

// The questions to put on a page before it is answered: those that depend on another of the same page are among them.
const shown = (page, answers) => {
  const here = new Set((page.questions ?? []).map((question) => question.id))
  return (page.questions ?? []).filter((question) =>
    allHold((question.show_if ?? []).filter((condition) => !here.has(condition.question)), answers))
}

const htmlId = (question, part) => {
  const row = part || question.rows?.[0].code
  return row ? `${question.id}.${row}` : question.id
}

const readQuestion = (question, data, answers, errors) => {
  const type = TYPES[question.type]
  try {
    const answer = type.clean(question, type.read(question, data))
    if (answer !== null) answers[question.id] = answer
    else if (question.required) errors[htmlId(question)] = question.error
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    errors[htmlId(question, fault.part)] = fault.message
  }
}

// Read a whole form: `pages` in the order of asking, `data` as FormData gives it. Returns the pages that the answers
// lead to, each with the questions asked and what is wrong on it, and the answers in their stored form. With `alone`
// false somebody else can hear: private pages are not asked.
export const collect = (pages, data, alone = true) => {
  const answers = {}
  const route = []
  for (const page of pages) {
    if ((page.private && !alone) || !allHold(page.show_if, answers)) continue
    const onPage = shown(page, answers)
    if (!onPage.length && !(page.sections?.length && !page.questions?.length)) continue
    const [asked, errors] = [[], {}]
    for (const question of onPage) {
      if (!allHold(question.show_if, answers)) continue
      asked.push(question)
      readQuestion(question, data, answers, errors)
    }
    route.push({ page, asked, errors })
  }
  return { route, answers }
}
