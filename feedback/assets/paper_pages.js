// Lays printed forms out page by page, so that no question is torn and each page says which it is of how many.
// All sheets of a batch have the same layout: it is measured once, on the first.

export function layOut() {
  const preview = document.querySelector('[data-paper]')
  if (!preview) return
  const sheets = [...preview.querySelectorAll('.paper-sheet')]
  const progress = document.getElementById('paper-progress')
  for (const sheet of sheets.slice(1)) sheet.hidden = true // what is not shown costs no time while pages are made
  const plan = sheets.length ? measure(sheets[0]) : []
  const pages = plan.length % 2 && preview.dataset.sides === '2' && plan.length > 1 ? plan.length + 1 : plan.length
  let done = 0
  const some = () => {
    for (const sheet of sheets.slice(done, done + 10)) fill(sheet, plan, pages, preview.dataset)
    done = Math.min(done + 10, sheets.length)
    progress.textContent = `Laid out ${done} of ${sheets.length} sheets, ${pages} pages each.`
    if (done < sheets.length) requestAnimationFrame(some)
    else ready(preview)
  }
  some()
}

function ready(preview) {
  preview.dataset.ready = 'true'
  const button = document.querySelector('[data-paper-print]')
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

function newPage(sheet) {
  const page = document.createElement('div')
  page.className = 'paper-page'
  page.append(sheet.querySelector('.paper-head__row').cloneNode(true))
  const body = document.createElement('div')
  body.className = 'paper-page__body'
  page.append(body)
  return page
}

const ROWS = '.paper-grid tbody tr, .paper-help li'

// How many rows of a table or a list fit, for a block that is longer than a page.
function rowsThatFit(block, body) {
  const rows = [...block.querySelectorAll(ROWS)]
  const bottom = body.getBoundingClientRect().bottom
  return rows.filter((row) => row.getBoundingClientRect().bottom <= bottom).length
}

// The plan is a list of pages, each a list of [index of the block, first row, last row] (rows only where a block is split).
function measure(sheet) {
  const blocks = [...sheet.querySelectorAll('.paper-body > .paper-block')]
  const page = newPage(sheet)
  const body = page.lastChild
  sheet.append(page)
  const plan = []
  let current = []
  const turn = () => {
    plan.push(current)
    current = []
    body.replaceChildren()
  }
  for (const [index, block] of blocks.entries()) {
    const copy = block.cloneNode(true)
    body.append(copy)
    if (fits(body)) {
      current.push([index])
      continue
    }
    if (current.length) {
      turn()
      body.append(copy)
    }
    if (fits(body)) {
      current.push([index])
      continue
    }
    const rows = rowsThatFit(copy, body)
    const all = copy.querySelectorAll(ROWS).length
    if (!rows) {
      current.push([index])
      continue
    }
    current.push([index, 0, rows])
    turn()
    body.append(part(block, rows, all))
    current.push([index, rows, all])
  }
  plan.push(current)
  page.remove()
  return plan
}

function fits(body) {
  return body.scrollHeight <= body.clientHeight + 1
}

function part(block, first, last) {
  const copy = block.cloneNode(true)
  const rows = [...copy.querySelectorAll(ROWS)]
  rows.forEach((row, index) => index >= first && index < last || row.remove())
  if (first) copy.querySelectorAll('.paper-part, .paper-gate, .paper-danger, p:not([class])').forEach((piece) => piece.remove())
  return copy
}

function fill(sheet, plan, pages, words) {
  const blocks = [...sheet.querySelectorAll('.paper-body > .paper-block')]
  const made = plan.map((entries) => {
    const page = newPage(sheet)
    page.lastChild.append(...entries.map(([index, first, last]) => last ? part(blocks[index], first, last) : blocks[index].cloneNode(true)))
    return page
  })
  if (pages > made.length) made.push(emptyPage(sheet, words.emptyWords))
  made.forEach((page, index) => {
    page.querySelector('.paper-page-number').textContent = words.pageWords.replace('{page}', index + 1).replace('{pages}', pages)
  })
  sheet.replaceChildren(...made)
  sheet.hidden = false
}

function emptyPage(sheet, words) {
  const page = newPage(sheet)
  const said = document.createElement('p')
  said.className = 'paper-empty'
  said.textContent = words
  page.lastChild.append(said)
  return page
}
