/** In charge of whose screen this is: enrols a fresh player, and offers a new code when it is unknown. */
import { enrolmentOf, Pairing } from "./pairing.js";
import { pairingCorner, pairingPanel } from "./panels.js";
import { ask } from "./protocol.js";
import { screenSize } from "./status.js";

/** @typedef {import("./session.js").Ground} Ground */
/** @typedef {import("./store.js").Credential} Credential */

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** @returns {Promise<{name?: string, allow_insecure?: boolean}>} nothing is known without network */
export async function config() {
  try {
    const response = await ask("/player/config.json");
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/**
 * What the server is told of this player, with the public half of the screen's own key, whose private half
 * never leaves this browser.
 * @param {Ground} ground
 */
async function about({ store, version }) {
  let pair = await store.get("ownKey");
  if (!pair) {
    pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    await store.put({ ownKey: pair });
  }
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { size: screenSize(), player: version, key: { kty, crv, x, y } };
}

/** A new binding clears pins, the last accepted order and its plans. @param {Ground} ground @param {Credential} credential */
const adopt = ({ store }, credential) =>
  store.put({
    credential,
    accepted: null,
    current: null,
    next: null,
    switched: null,
    onAirSince: null,
  });

/** @param {Ground} ground @returns {Promise<Credential>} */
export async function enrol(ground) {
  const { stage, shell } = ground;
  stage.tell({ state: "pairing" });
  shell.isWell();
  const { name = "" } = await config();
  const pairing = new Pairing({
    about: await about(ground),
    show: (offer) => stage.showPanel(pairingPanel(offer, name)),
    enrolment: enrolmentOf(location.hash),
  });
  const credential = await pairing.run();
  pairing.end();
  await adopt(ground, credential);
  stage.showPanel();
  return credential;
}

/** A code in the corner while the loop goes on, for a screen that the server no longer knows. */
export class Rebinder {
  /** @param {Ground} ground */
  constructor(ground) {
    this.ground = ground;
    /** @type {Pairing | null} */
    this.pairing = null;
    this.needed = false;
  }

  /**
   * @param {boolean} needed
   * @param {boolean} [moved] the server has another screen for this box: its own key may enrol it
   */
  set(needed, moved = false) {
    if (needed === this.needed) return;
    this.needed = needed;
    if (needed) this.offer(moved ? enrolmentOf(location.hash) : null);
    else this.withdraw();
  }

  withdraw() {
    if (this.pairing) this.pairing.end();
    this.ground.stage.showCorner();
  }

  /** @param {ReturnType<typeof enrolmentOf>} enrolment */
  async offer(enrolment) {
    const { ground } = this;
    const { stage } = ground;
    const pairing = new Pairing({
      about: await about(ground),
      show: (offer) => this.needed && stage.showCorner(...(offer ? [pairingCorner(offer)] : [])),
      enrolment,
    });
    this.pairing = pairing;
    const credential = await pairing.run();
    if (!this.needed) return;
    await adopt(ground, credential);
    location.reload();
  }
}
