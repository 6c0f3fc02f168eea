/** Counters that are shown. */
const names = [
  'njord_signals_generated_total', 'njord_intents_received_total', 'njord_intents_allowed_total', 'njord_intents_denied_total', 'njord_orders_placed_total',
  'njord_orders_filled_total', 'broker_orders_total', 'broker_order_size_usd_count'
]

/**
 * What each process says of itself and what the aggregator says of all, side by side, as a table of text. The aggregator is
 * up to a second behind, for that is how often a process publishes.
 * @param urls of `/metrics`, by the name of the column
 */
export async function totals (urls: Readonly<Record<string, string>>): Promise<string> {
  const columns = Object.keys(urls)
  const scrapes = await Promise.all(Object.values(urls).map(async url => sums(await (await fetch(url)).text())))
  const rows = names.map(name => [name, ...scrapes.map(sums => String(sums.get(name) ?? ''))])
  const table = [['', ...columns], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  return table.map(row => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join('  ').trimEnd()).join('\n')
}

/** The sum of each name's samples, over all labels. */
function sums (text: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, name, value] of text.matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)) found.set(name!, (found.get(name!) ?? 0) + Number(value))
  return found
}
