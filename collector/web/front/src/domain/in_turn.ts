/**
 * Readings of numbered parts, each part by one reading at a time. A reading that is on its way may have
 * begun before a change: who asks again gets another one, after it.
 */
export class InTurn<Answer> {
  private readonly under_way = new Map<number, Promise<Answer>>();
  private readonly waiting = new Map<number, Promise<Answer>>();
  private readonly read: (part: number) => Promise<Answer>;

  /** `read` tells failures by its answer. */
  constructor(read: (part: number) => Promise<Answer>) {
    this.read = read;
  }

  /** The newest reading that is on its way, or a new one. */
  get(part: number): Promise<Answer> {
    return this.waiting.get(part) ?? this.under_way.get(part) ?? this.begin(part);
  }

  /** A reading that begins after now. */
  again(part: number): Promise<Answer> {
    const running = this.under_way.get(part);
    if (!running) return this.begin(part);
    const after = this.waiting.get(part) ?? running.then(() => {
      this.waiting.delete(part);
      return this.begin(part);
    });
    this.waiting.set(part, after);
    return after;
  }

  private begin(part: number): Promise<Answer> {
    const reading = this.read(part).finally(() => this.under_way.delete(part));
    this.under_way.set(part, reading);
    return reading;
  }
}
