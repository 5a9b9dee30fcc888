// The app's icon, drawn at build: the tick in a box that stands in the header of every page.
import { deflateSync } from 'node:zlib'

const [GROUND, BOX] = ['#12414f', '#5bb0a6']
const [EDGE, ROUND] = [0.22, 0.08] // the box begins here, as a share of the side; its corners
const TICK = [[0.34, 0.52], [0.45, 0.64], [0.67, 0.37]]
const STROKE = 0.045

export const svg = () => {
  const side = 1 - 2 * EDGE
  const points = TICK.map(([x, y]) => `${x * 100},${y * 100}`).join(' ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" fill="${GROUND}"/>`
    + `<rect x="${EDGE * 100}" y="${EDGE * 100}" width="${side * 100}" height="${side * 100}" rx="${ROUND * 100}" fill="${BOX}"/>`
    + `<polyline points="${points}" fill="none" stroke="${GROUND}" stroke-width="${STROKE * 200}"/></svg>`
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))

const inBox = (x, y) => {
  const beyond = (v) => Math.max(EDGE + ROUND - v, v - (1 - EDGE - ROUND), 0)
  return Math.hypot(beyond(x), beyond(y)) <= ROUND
}

const toLine = (x, y, [ax, ay], [bx, by]) => {
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
  const t = Math.min(1, Math.max(0, along))
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
}

const inTick = (x, y) => Math.min(toLine(x, y, TICK[0], TICK[1]), toLine(x, y, TICK[1], TICK[2])) <= STROKE

const colourAt = (x, y) => rgb(inBox(x, y) && !inTick(x, y) ? BOX : GROUND)

const FINE = 3 // samples a side for each pixel, so that edges are smooth

const pixels = (size) => {
  const rows = Buffer.alloc(size * (size * 3 + 1))
  for (let y = 0, at = 0; y < size; y++) {
    rows[at++] = 0 // no filter
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0]
      for (let i = 0; i < FINE * FINE; i++) {
        const sample = colourAt((x + (i % FINE + 0.5) / FINE) / size, (y + (Math.floor(i / FINE) + 0.5) / FINE) / size)
        sample.forEach((value, channel) => { sum[channel] += value })
      }
      for (const value of sum) rows[at++] = Math.round(value / FINE ** 2)
    }
  }
  return rows
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n >>> 0
})

const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE((body.reduce((sum, byte) => CRC[(sum ^ byte) & 255] ^ (sum >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0, body.length + 4)
  return whole
}

export const png = (size) => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 2], 8) // eight bits a channel, red green blue
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(pixels(size), { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}
