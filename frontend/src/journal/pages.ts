/** The records that are loaded, newest first: page by page as someone scrolls, and what is new on top. */

import type { Hass } from "../hass";
import { type Asked, journal } from "../link";
import type { Entry } from "../wire";

export const PAGE = 200;
/** What nobody has scrolled to for a while need not be kept: so many are, where new ones come on top. */
const KEPT = 1000;

export class Pages {
  records: Entry[] = [];
  more = true;
  failed = false;
  loading = false;
  private asked: Asked = {};
  /** Which question is asked; an answer to one before is thrown away. */
  private question = 0;

  /** Begin anew with these records. */
  ask(asked: Asked): void {
    this.asked = asked;
    this.records = [];
    this.more = true;
    this.loading = false;
    this.failed = false;
    this.question++;
  }

  /** Load the next page; true when there is something to show. */
  async next(hass: Hass): Promise<boolean> {
    if (this.loading || !this.more) return false;
    const before = this.records.at(-1)?.seq;
    return this.read(hass, before === undefined ? {} : { before_seq: before }, (records, more) => {
      // New ones may have come on top meanwhile, never below.
      this.records = [...this.records, ...records];
      this.more = more && records.length > 0;
    });
  }

  /** Load what is new on top, and what has become known of the newest; `trim`: those far below may go. */
  async top(hass: Hass, trim: boolean): Promise<boolean> {
    if (this.loading) return false;
    return this.read(hass, {}, (records, more) => {
      const newest = this.records[0]?.seq ?? -1;
      if (records.length && records.every((one) => one.seq > newest) && more) {
        // There are more between than one page: those below would seem to follow.
        this.records = records;
        this.more = true;
        return;
      }
      const known = new Map(records.map((one) => [one.id, one]));
      const fresh = records.filter((one) => one.seq > newest);
      this.records = [...fresh, ...this.records.map((one) => renewed(one, known.get(one.id)))];
      if (!this.records.length) this.more = more;
      if (trim && this.records.length > KEPT) {
        this.records = this.records.slice(0, KEPT);
        this.more = true;
      }
    });
  }

  private async read(hass: Hass, page: Asked, take: (records: Entry[], more: boolean) => void): Promise<boolean> {
    const { question } = this;
    this.loading = true;
    try {
      const answer = await journal(hass, { ...this.asked, ...page, limit: PAGE });
      if (question !== this.question) return false;
      take(answer.records ?? [], answer.more);
      this.failed = false;
    } catch (error) {
      if (question !== this.question) return false;
      // Once, not each time that it is tried again.
      if (!this.failed) console.warn("Earlid's journal could not be read", error);
      this.failed = true;
    }
    this.loading = false;
    return true;
  }
}

/** The same object where nothing is new, so that what was made of it stays. */
const renewed = (one: Entry, other: Entry | undefined): Entry =>
  other && JSON.stringify(other) !== JSON.stringify(one) ? other : one;
