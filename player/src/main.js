/** Wiring only: from a fresh page to a bound, playing screen. */
import { Clock } from "./clock.js";
import { ask } from "./connection.js";
import { INCIDENTS } from "./errors.js";
import { Machine } from "./machine.js";
import { enrolmentOf, Pairing } from "./pairing.js";
import { insecurePanel, noticePanel, pairingCorner, pairingPanel } from "./panels.js";
import { newBoot } from "./playlog.js";
import { Incidents } from "./report.js";
import { mono } from "./scope.js";
import { Session, screenSize } from "./session.js";
import { Shell } from "./shell.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";

/** @typedef {import("./session.js").Ground} Ground */
/** @typedef {import("./store.js").Credential} Credential */

// The build fills this in from package.json.
const VERSION = /** @type {string} */ (/** @type {any} */ (globalThis).__VERSION__);
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const AGAIN_MS = 15000;
const LOCK = "anping-player";

/** @returns {Promise<{name?: string, allow_insecure?: boolean}>} nothing known without network */
async function config() {
  try {
    const response = await ask("/player/config.json");
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/** One page writes: a second one says so and waits for its turn. @param {Ground["stage"]} stage @param {Machine} machine */
async function takeTurn(stage, machine) {
  if (!navigator.locks) return;
  /** @param {LockOptions} options */
  const hold = (options) =>
    new Promise((resolve) => {
      navigator.locks.request(LOCK, options, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      });
    });
  if (await hold({ ifAvailable: true })) return;
  machine.move("life", "second");
  stage.showPanel(
    noticePanel("播放页已在另一窗口打开", "The player is already open in another window"),
  );
  await hold({});
  location.reload();
}

/** The screen's own key, whose private half never leaves this browser. @param {Store} store */
async function ownKey(store) {
  const kept = await store.get("ownKey");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  await store.put({ ownKey: made });
  return made;
}

/** @param {CryptoKeyPair} pair */
async function publicJwk({ publicKey }) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { kty, crv, x, y };
}

/** @param {CryptoKeyPair} key */
const about = async (key) => ({
  size: screenSize(),
  player: VERSION,
  key: await publicJwk(key),
});

/** @param {Store} store @param {Credential} credential */
const adopt = (store, credential) =>
  store.put({ credential, accepted: null, current: null, next: null, switched: null });

/** @param {Ground} ground @param {CryptoKeyPair} key @returns {Promise<Credential>} */
async function enrol({ stage, store }, key) {
  const { name = "" } = await config();
  stage.tell({ state: "pairing" });
  const pairing = new Pairing({
    about: await about(key),
    show: (offer) => stage.showPanel(pairingPanel(offer, name)),
    enrolment: enrolmentOf(location.hash),
  });
  const credential = await pairing.run();
  pairing.end();
  await adopt(store, credential);
  stage.showPanel();
  return credential;
}

/**
 * A code in the corner while the loop goes on, for a screen that the server no longer knows.
 * @param {Ground} ground
 * @param {CryptoKeyPair} key
 */
function rebinder({ stage, store }, key) {
  /** @type {Pairing | null} */
  let pairing = null;
  return async (/** @type {boolean} */ needed) => {
    if (needed === Boolean(pairing)) return;
    if (!needed) {
      pairing?.end();
      pairing = null;
      stage.showCorner();
      return;
    }
    pairing = new Pairing({
      about: {},
      show: (offer) => stage.showCorner(...(offer ? [pairingCorner(offer)] : [])),
    });
    pairing.about = await about(key);
    await adopt(store, await pairing.run());
    location.reload();
  };
}

/** @param {Stage} stage @param {Machine} machine */
async function explainInsecure(stage, machine) {
  machine.move("life", "insecure");
  stage.tell({ state: "insecure" });
  const { allow_insecure: allowed = false } = await config();
  stage.showPanel(insecurePanel(allowed));
}

/** @param {Stage} stage @param {Machine} machine @returns {Promise<Ground & {ownKey: CryptoKeyPair}>} */
async function prepareGround(stage, machine) {
  const store = await Store.open("anping", () => location.reload());
  const incidents = new Incidents(store);
  const clock = new Clock(mono, Date.now);
  await incidents.restore();
  clock.restore((await store.get("clock")) ?? null);
  stage.setVolume((await store.get("volume")) ?? 0);
  const shell = new Shell(navigator.serviceWorker);
  const key = await ownKey(store);
  const boot = newBoot();
  return { stage, machine, store, clock, shell, incidents, boot, version: VERSION, ownKey: key };
}

async function main() {
  const stage = new Stage(/** @type {HTMLElement} */ (document.getElementById("stage")));
  const machine = new Machine((region, state) => stage.tell({ [region]: state }));
  stage.tell({ state: "preparing", asset: "", version: "", screen: "" });
  if (!isSecureContext) return explainInsecure(stage, machine);
  await takeTurn(stage, machine);
  const ground = await prepareGround(stage, machine);
  const ready = ground.shell.start().catch((error) => {
    ground.incidents.add(INCIDENTS.insecure, String(error));
  });
  const kept = await ground.store.get("credential");
  if (!kept) machine.move("life", "enrol");
  const credential = kept ?? (await enrol(ground, ground.ownKey));
  machine.move("life", "load");
  await ready;
  navigator.storage?.persist?.();
  return new Session(ground, credential, rebinder(ground, ground.ownKey)).start();
}

// Whatever went wrong, a built-in slide stands and a fresh page tries again.
main().catch(() => setTimeout(() => location.reload(), AGAIN_MS));
