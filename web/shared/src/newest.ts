/** Of several questions one after another only the answer to the newest counts, however late the others are. */
export class Newest {
  private asked = 0

  /** Called when asking; what it gives tells whether the answer still counts. */
  ask(): () => boolean {
    const mine = (this.asked += 1)
    return () => mine === this.asked
  }

  /** No answer counts any more. */
  end(): void {
    this.asked += 1
  }
}
