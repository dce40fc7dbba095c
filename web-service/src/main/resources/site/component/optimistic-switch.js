import { askToSignIn } from '../router.js';
import { session } from '../session.js';

/**
 * A switch whose server is believed to agree: it turns at once, the wish is sent, and it turns back when that fails. Turned
 * again while a request is under way, the last wish is sent when that request has been answered, so that two requests never
 * race each other.
 */
export class OptimisticSwitch {
  #wanted;
  #confirmed;
  #isSending = false;
  #send;
  #turned;
  #failed;

  /**
   * @param {boolean} isOn
   * @param {{send: (on: boolean) => Promise<any>, turned: (on: boolean, answer?: any) => void, failed: (failure: Error) => void}} how
   *   `turned` is told each new position, and the server's answer when there is one
   */
  constructor(isOn, { send, turned, failed }) {
    this.#wanted = isOn;
    this.#confirmed = isOn;
    this.#send = send;
    this.#turned = turned;
    this.#failed = failed;
  }

  turn() {
    this.#wanted = !this.#wanted;
    this.#turned(this.#wanted);
    if (!this.#isSending) {
      this.#settle();
    }
  }

  async #settle() {
    this.#isSending = true;
    try {
      while (this.#confirmed !== this.#wanted) {
        const wish = this.#wanted;
        const answer = await this.#send(wish);
        this.#confirmed = wish;
        if (this.#wanted === wish) {
          this.#turned(wish, answer);
        }
      }
    } catch (failure) {
      if (this.#wanted !== this.#confirmed) {
        this.#wanted = this.#confirmed;
        this.#turned(this.#confirmed);
      }
      this.#failed(failure);
    } finally {
      this.#isSending = false;
    }
  }
}

const switches = new WeakMap();

/** Turns the switch that belongs to `owner`, made by `make` when first turned; sends readers who are not signed in to do that. */
export function turnSwitchOf(owner, make) {
  if (session.state === 'unauthenticated') {
    askToSignIn();
    return;
  }
  if (!switches.has(owner)) {
    switches.set(owner, make());
  }
  switches.get(owner).turn();
}
