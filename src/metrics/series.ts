/**
 * One label set of one family, bound: it writes straight into its row. There may be very many: what few of them have is
 * kept by the family.
 */
export abstract class Series {
  /** The block's cells, and where this row starts in them. */
  protected cells: Float64Array
  protected start: number
  readonly slot: number

  constructor (cells: Float64Array, start: number, slot: number) {
    this.cells = cells
    this.start = start
    this.slot = slot
  }

  /** Cuts the series off from its family: from now on it writes into `cells`, which are its own. */
  detach (cells: Float64Array): void {
    this.cells = cells
    this.start = 0
  }
}
