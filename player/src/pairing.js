/** In charge of binding this player to a screen: a code that a person enters, or an enrolment key. */
import { PlayerError } from "./errors.js";
import { ask } from "./protocol.js";
import { backOff, Scope } from "./scope.js";
import { askingOf, judgeBinding } from "./statement.js";

/** @typedef {{user_code: string, verification_uri: string, qr_svg?: string, device_code: string, expires_in: number, interval: number}} Offer */
/** @typedef {import("./store.js").Credential} Credential */

const UNPROVEN = "binding_refused";
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const SLOWER_S = 5;
const CODE = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/; // anything else would be a stranger's words on the glass
// A person may let a box in whose key or serial was refused: it asks again beside its code.
const ENROL_AGAIN_S = 20;
const MOST_WAIT_MS = 60000;

/**
 * What the kiosk's address may carry after `#`: never sent to a server by the browser itself.
 * @param {string} hash `#enrol=KEY&serial=SN`
 */
export function enrolmentOf(hash) {
  const query = new URLSearchParams(hash.slice(1));
  const [key, serial] = [query.get("enrol"), query.get("serial")];
  return key && serial ? { enrolment_key: key, serial } : null;
}

/** @typedef {{credential?: Credential, error?: string}} TokenAnswer */
/**
 * @typedef {object} Pins of a player that was bound before: it is bound again only by proof
 * @property {() => Credential} held the newest credential with its keys, whatever came meanwhile
 * @property {(doubt: string) => void} refused gets why an answer was no proof
 */

/** @returns {TokenAnswer} a lost poll is no end of the code */
const noAnswer = () => ({ error: "no_network" });

export class Pairing {
  /**
   * @param {object} parts
   * @param {{player?: string, key?: object, size?: object, box?: string}} parts.about what the server receives
   * @param {(offer: Offer | null) => void} parts.show null: there is no code to show now
   * @param {{enrolment_key: string, serial: string} | null} [parts.enrolment]
   * @param {Pins | null} [parts.pins] null: the first server that answers is trusted
   */
  constructor({ about, show, enrolment = null, pins = null }) {
    this.about = about;
    this.show = show;
    this.enrolment = enrolment;
    this.pins = pins;
    this.scope = new Scope();
    this.waited = 0;
  }

  /** @returns {Promise<Credential>} once a person has entered the code, however long that takes */
  async run() {
    this.show(null);
    for (let tries = 0; ; tries += 1) {
      try {
        const enrolled = this.enrolment ? await this.enrol() : null;
        const credential = enrolled || (await this.offer());
        if (credential) return credential;
        tries = -1;
      } catch {
        this.show(null);
        await this.scope.sleep(backOff(tries, MOST_WAIT_MS));
      }
    }
  }

  /** What goes with every request of one asking. @returns {{rebinding?: import("./statement.js").Rebinding}} */
  asking() {
    return this.pins ? { rebinding: askingOf(this.pins.held()) } : {};
  }

  /** Null if the key or the serial is refused, or the answer. @returns {Promise<Credential | null>} */
  async enrol() {
    const about = { player: this.about.player, key: this.about.key };
    const body = { grant_type: "enrolment_key", ...this.enrolment, ...about, ...this.asking() };
    const { credential, error } = await this.token(body);
    if (credential) return credential;
    if (error === "access_denied" || error === UNPROVEN) return null;
    throw new PlayerError("enrolment_refused", error);
  }

  /** @param {number} spent seconds since the last check of the interval */
  async enrolAgain(spent) {
    this.waited += spent;
    if (!this.enrolment || this.waited < ENROL_AGAIN_S) return null;
    this.waited = 0;
    return this.enrol().catch(() => null);
  }

  /** One code, from its making to its use or its end. @returns {Promise<Credential | null>} */
  async offer() {
    const asking = this.asking();
    const response = await ask("/api/v1/player/pairing", { ...this.about, ...asking });
    if (!response.ok) throw new PlayerError("http", "pairing", response.status);
    const offer = /** @type {Offer} */ (await response.json());
    if (!CODE.test(offer.user_code) || !offer.device_code)
      throw new PlayerError("bad_answer", "pairing");
    this.show(offer);
    let interval = offer.interval || SLOWER_S;
    for (let left = offer.expires_in; left > 0; left -= interval) {
      await this.scope.sleep(interval * 1000);
      const enrolled = await this.enrolAgain(interval);
      if (enrolled) return enrolled;
      const body = { grant_type: GRANT, device_code: offer.device_code, ...asking };
      const { credential, error } = await this.token(body).catch(noAnswer);
      if (credential) return credential;
      if (error === "slow_down") interval += SLOWER_S;
      else if (error === "expired_token" || error === "access_denied") return null;
    }
    return null;
  }

  /**
   * @param {{rebinding?: import("./statement.js").Rebinding}} body
   * @returns {Promise<TokenAnswer>}
   */
  async token(body) {
    const response = await ask("/api/v1/player/token", { ...body, box: this.about.box });
    const answer = await response.json();
    if (!answer.access_token) return { error: answer.error || "bad_answer" };
    const { access_token: token, screen_id: screen, keys } = answer;
    if (!this.pins || !body.rebinding) return { credential: { token, screen, keys } };
    const judged = await judgeBinding(answer, body.rebinding, this.pins.held().keys);
    if (judged.credential) return { credential: judged.credential };
    this.pins.refused(judged.doubt);
    return { error: UNPROVEN };
  }

  end() {
    this.scope.end();
  }
}
