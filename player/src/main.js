/** Wiring only: from a fresh page to a bound, playing screen. */
import { config, enrol, Rebinder } from "./binding.js";
import { MediaCache } from "./cache.js";
import { Clock } from "./clock.js";
import { INCIDENTS } from "./errors.js";
import { Machine } from "./machine.js";
import { insecurePanel, noticePanel } from "./panels.js";
import { bootName } from "./playlog.js";
import { Incidents } from "./report.js";
import { mono } from "./scope.js";
import { Session } from "./session.js";
import { Shell } from "./shell.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";

/** @typedef {import("./session.js").Ground} Ground */

// The build fills this in from package.json.
const VERSION = /** @type {string} */ (/** @type {any} */ (globalThis).__VERSION__);
const AGAIN_MS = 15000;
const LOCK = "anping-player";

/** One page writes: a second one shows that and waits for its turn. @param {Stage} stage @param {Machine} machine */
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

/** @param {Stage} stage @param {Machine} machine */
async function explainInsecure(stage, machine) {
  machine.move("life", "insecure");
  stage.publish({ state: "insecure" });
  const { allow_insecure: allowed = false } = await config();
  stage.showPanel(insecurePanel(allowed));
}

/** @param {Stage} stage @param {Machine} machine @returns {Promise<Ground>} */
async function prepareGround(stage, machine) {
  const store = await Store.open("anping", () => location.reload());
  const incidents = new Incidents(store);
  const incident = incidents.add.bind(incidents);
  const { seen } = machine;
  machine.seen = (region, state) => {
    seen(region, state);
    incidents.note(`${region} ${state}`);
  };
  await incidents.restore();
  if (await store.rebuild()) incident(INCIDENTS.journalRebuilt);
  const clock = new Clock(mono, Date.now);
  clock.restore((await store.get("clock")) || null);
  stage.setVolume((await store.get("volume")) ?? 1);
  const shell = new Shell(navigator.serviceWorker, VERSION);
  const boot = bootName();
  return { stage, machine, store, clock, shell, incidents, incident, boot, version: VERSION };
}

async function main() {
  const stage = new Stage(/** @type {HTMLElement} */ (document.getElementById("stage")));
  const machine = new Machine((region, state) => stage.publish({ [region]: state }));
  stage.publish({ state: "preparing", asset: "", version: "", screen: "", ...machine.states });
  if (!isSecureContext) return explainInsecure(stage, machine);
  await takeTurn(stage, machine);
  const ground = await prepareGround(stage, machine);
  const { shell, store, incident } = ground;
  shell.start().catch((error) => incident(INCIDENTS.insecure, String(error)));
  const kept = await store.get("credential");
  machine.move("life", kept ? "load" : "enrol");
  const credential = kept || (await enrol(ground));
  machine.move("life", "load");
  if (navigator.storage) navigator.storage.persist();
  const media = new MediaCache({
    cache: await MediaCache.open(),
    token: () => credential.token,
    incident,
  });
  /** @type {Session} */
  const session = new Session(ground, credential, media, (needed, byKey) =>
    rebinder.set(needed, byKey),
  );
  const rebinder = new Rebinder(ground, () => session.plans.credential);
  return session.start();
}

// Whatever went wrong, a built-in slide is shown and a fresh page tries again.
main().catch(() => setTimeout(() => location.reload(), AGAIN_MS));
