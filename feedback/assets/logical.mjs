// The design system says left and right; pages that are read from the right need start and end. Every rule is turned
// into its logical form, so that a page mirrors wholly and no rule stands twice. Rules for one direction stay.
const SIDE = { left: 'start', right: 'end' }

export function logical(css) {
  return css.replace(/([^{}]*)\{([^{}]*)\}/g, (rule, selector, body) =>
    /\[dir[=\]]/.test(selector) || /url\(|clip-path/.test(body) ? mirrored(selector, body) : `${selector}{${declarations(body)}}`)
}

// Drawn shapes (an arrow cut out of borders) keep their sides; only where they stand is turned.
function mirrored(selector, body) {
  if (/\[dir[=\]]/.test(selector)) return `${selector}{${body}}`
  return `${selector}{${body.replace(/(^|;)(left|right):/g, (_, before, side) => `${before}inset-inline-${SIDE[side]}:`)}}`
}

function declarations(body) {
  return body.split(';').map((declaration) => {
    const [, property, value] = /^\s*([\w-]+):(.*)$/s.exec(declaration) ?? []
    return property ? turned(property, value.trim()) : declaration
  }).join(';')
}

function turned(property, value) {
  const side = /^(margin|padding|border)-(left|right)(-\w+)?$/.exec(property)
  if (side) return `${side[1]}-inline-${SIDE[side[2]]}${side[3] ?? ''}:${value}`
  if (property === 'left' || property === 'right') return `inset-inline-${SIDE[property]}:${value}`
  if (property === 'text-align' && SIDE[value]) return `text-align:${SIDE[value]}`
  if (property === 'float' && SIDE[value]) return `float:${value};float:inline-${SIDE[value]}` // the first for old browsers
  if (property === 'margin' || property === 'padding') return box(property, value)
  return `${property}:${value}`
}

// Top, right, bottom and left: only a box whose sides differ has to be said in two parts.
function box(property, value) {
  const parts = value.split(/\s+(?![^(]*\))/)
  if (parts.length < 4 || parts[1] === parts[3] || value.includes('!')) return `${property}:${value}`
  const block = parts[0] === parts[2] ? parts[0] : `${parts[0]} ${parts[2]}`
  return `${property}-block:${block};${property}-inline:${parts[3]} ${parts[1]}`
}
