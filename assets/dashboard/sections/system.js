import { Chart } from '../chart.js'
import { el } from '../dom.js'
import { bytes, bytesPerSecond, compact, percent, seconds, whole } from '../format.js'
import { meters } from '../meter.js'
import { tiles } from '../tile.js'

/** How the process is doing: its loop, its bus, its memory, what observing it costs. */
export function systemSection (root, { data, cursor }) {
  const figures = tiles('system', {
    loopDelay: 'Loop delay p99',
    busLag: 'Bus lag p99',
    busDropped: 'Bus drops',
    memory: 'Memory',
    journalWrites: 'Journal writes',
    scrapeMean: 'Scrape cost',
    series: 'Series',
    clients: 'Pages open'
  }, 'small')
  const chart = options => new Chart({ data, cursor, ...options })
  const charts = [
    chart({
      title: 'Event loop delay',
      lines: [{ key: 'loopP99', label: 'p99, 5 min', colour: 'a' }, { key: 'loopLag', label: 'max, 5 s', colour: 'b', dash: 'dotted' }],
      format: seconds,
      withZero: true
    }),
    chart({
      title: 'Memory',
      lines: [{ key: 'memory', label: 'Resident', colour: 'a' }, { key: 'heap', label: 'Heap', colour: 'b', dash: 'dashed' }],
      format: bytes,
      isBinary: true,
      withZero: true
    }),
    chart({ title: 'Bus lag', note: 'p99, 5 min', lines: [{ key: 'busLag', colour: 'a' }], format: seconds, withZero: true }),
    chart({ title: 'Scrape cost', note: '5 min mean', lines: [{ key: 'scrapeCost', colour: 'a' }], format: seconds, withZero: true }),
    chart({ title: 'Journal', note: '5 min rate', lines: [{ key: 'journalBytes', colour: 'a' }], format: bytesPerSecond, isBinary: true, withZero: true })
  ]
  const journal = charts.at(-1).element
  const offenders = meters('No metric has labels')
  root.append(
    el('div', { class: 'panel stack' }, figures.element, el('div', { class: 'offenders' }, el('h3', {}, 'Label sets against their limits'), ...offenders.elements)),
    el('div', { class: 'charts' }, ...charts.map(({ element }) => element)))

  return {
    charts,
    update ({ system }) {
      const busy = system.loopUtilization === undefined ? '' : `${percent(system.loopUtilization)} busy`
      figures.loopDelay.set(seconds(system.loopDelay?.p99), { note: system.loopLag === undefined ? busy : `max ${seconds(system.loopLag)}, ${busy}` })
      figures.busLag.set(seconds(system.busLag?.p99), { note: system.busMessages === undefined ? '' : `${compact(system.busMessages)} messages` })
      figures.busDropped.set(whole(system.busDropped), { note: system.busConnected === 0 ? 'not connected' : '' })
      figures.memory.set(bytes(system.memory), { note: system.heap === undefined ? '' : `heap ${bytes(system.heap)}` })
      const hasJournal = system.journalWrites > 0
      figures.journalWrites.set(whole(system.journalWrites), { note: hasJournal ? bytes(system.journalBytes) : 'nothing journaled' })
      journal.hidden = !hasJournal
      figures.scrapeMean.set(seconds(system.scrapeMean), { note: system.scrapes === undefined ? '' : `${compact(system.scrapes)} scrapes` })
      figures.series.set(whole(system.series), { note: system.seriesBytes === undefined ? '' : `${bytes(system.seriesBytes)} of ${bytes(system.seriesMaxBytes)}` })
      figures.clients.set(whole(system.clients))
      offenders.set(system.offenders.map(({ name, size, limit }) => ({
        label: name, share: size / limit, words: `${whole(size)} of ${whole(limit)}`, level: size >= limit ? 'bad' : size >= 0.8 * limit ? 'warn' : 'plain'
      })))
    }
  }
}
