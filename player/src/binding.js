/** In charge of whose screen this is: enrols a fresh player, and offers a new code when it is unknown. */
import { INCIDENTS } from "./errors.js";
import { enrolmentOf, Pairing } from "./pairing.js";
import { pairingCorner, pairingPanel } from "./panels.js";
import { ask, toBase64Url } from "./protocol.js";
import { screenSize } from "./status.js";

/** @typedef {import("./session.js").Ground} Ground */
/** @typedef {import("./store.js").Credential} Credential */

const BOX_BYTES = 16;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** @returns {Promise<{name?: string, allow_insecure?: boolean}>} empty without network */
export async function config() {
  try {
    const response = await ask("/player/config.json");
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/**
 * What the server receives of this player: a secret by which it is recognised if an answer was lost, and the public half of the screen's own key, whose private half
 * never leaves this browser.
 * @param {Ground} ground
 */
async function about({ store, version }) {
  let box = await store.get("box");
  if (!box) {
    box = toBase64Url(crypto.getRandomValues(new Uint8Array(BOX_BYTES)));
    await store.put({ box });
  }
  let pair = await store.get("ownKey");
  if (!pair) {
    pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    await store.put({ ownKey: pair });
  }
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { size: screenSize(), player: version, key: { kty, crv, x, y }, box };
}

/** What belonged to the screen that this box was: another one begins without it. */
const OF_SCREEN = {
  accepted: null,
  current: null,
  next: null,
  switched: null,
  onAirSince: null,
  page: null,
};

/**
 * A screen that stays itself keeps its last accepted order, or older ones could be played back to it.
 * @param {Ground} ground
 * @param {Credential} credential
 * @param {Credential} [former]
 */
const adopt = ({ store }, credential, former) =>
  store.put({ credential, ...(credential.screen !== former?.screen && OF_SCREEN) });

/** @param {Ground} ground @returns {Promise<Credential>} */
export async function enrol(ground) {
  const { stage, shell } = ground;
  stage.publish({ state: "pairing" });
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

/** Asks to be bound again while the loop goes on, with a code in the corner, for a screen that the server has no longer. */
export class Rebinder {
  /**
   * @param {Ground} ground
   * @param {() => Credential} held the credential in use, with the newest pins
   */
  constructor(ground, held) {
    this.ground = ground;
    this.held = held;
    /** @type {Pairing | null} */
    this.pairing = null;
    this.needed = false;
    this.byKey = false;
    this.round = 0;
  }

  /**
   * @param {boolean} needed
   * @param {boolean} [byKey] the box's own enrolment key is asked with too
   */
  set(needed, byKey = false) {
    if (needed === this.needed && (!byKey || this.byKey)) return;
    this.withdraw();
    [this.needed, this.byKey] = [needed, byKey];
    if (needed) this.offer(this.round, byKey ? enrolmentOf(location.hash) : null);
  }

  withdraw() {
    this.round += 1;
    if (this.pairing) this.pairing.end();
    this.pairing = null;
    this.ground.stage.showCorner();
  }

  /** @param {number} round @param {ReturnType<typeof enrolmentOf>} enrolment */
  async offer(round, enrolment) {
    const { ground, held } = this;
    const details = await about(ground);
    const isOver = () => round !== this.round;
    if (isOver()) return;
    const pairing = new Pairing({
      about: details,
      show: (offer) =>
        isOver() || ground.stage.showCorner(...(offer ? [pairingCorner(offer)] : [])),
      enrolment,
      pins: { held, refused: (doubt) => ground.incident(INCIDENTS.bindingRefused, doubt) },
    });
    this.pairing = pairing;
    const credential = await pairing.run();
    if (isOver()) return;
    await adopt(ground, credential, held());
    location.reload();
  }
}
