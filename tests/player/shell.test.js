/** Which release a screen becomes: the assigned one, at the right instant, and never one that it gave up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Shell } from "../../player/src/shell.js";

const [A, B] = ["aaaaaaaaaa", "bbbbbbbbbb"];
/** @param {string} release */
const player = (release) => `1.0.0+${release}`;
/** @param {string} [release] @returns {any} */
const worker = (release) =>
  release
    ? { scriptURL: `https://anping.test/player/sw.js?release=${release}`, postMessage() {} }
    : null;

/** @typedef {{controller?: string, active?: string, waiting?: string, none?: boolean}} There */

/** A page of release A, started. @param {There} there */
async function started({ controller = A, active = A, waiting = "", none = false } = {}) {
  /** @type {string[]} */
  const asked = [];
  const registration = { active: worker(active), waiting: worker(waiting), installing: null };
  const container = {
    controller: worker(controller),
    getRegistration: async () => (none ? undefined : registration),
    /** @param {string} path */
    register: async (path) => {
      asked.push(path.split("=")[1]);
      return registration;
    },
    ready: Promise.resolve(registration),
  };
  const shell = new Shell(/** @type {any} */ (container), player(A));
  await shell.start();
  return { shell, asked, registration };
}

test("a fresh box registers the worker of the page that it was given", async () => {
  assert.deepEqual((await started({ none: true })).asked, [A]);
});

test("a box that has a worker keeps it until one is assigned", async () => {
  const { shell, asked } = await started();
  shell.obey(undefined);
  shell.obey(player(A));

  assert.deepEqual(asked, []);
  assert.ok(!shell.isUpdateWaiting());
});

test("assigned another release it fetches that, and takes it once it is here", async () => {
  const { shell, asked, registration } = await started();
  shell.obey(player(B));
  assert.deepEqual(asked, [B]);
  assert.ok(!shell.isUpdateWaiting());

  registration.waiting = worker(B);
  shell.obey(player(B));

  assert.deepEqual(asked, [B]);
  assert.ok(shell.isUpdateWaiting());
});

test("an attempt that failed is made again with the next beat", async () => {
  const { shell, asked } = await started();
  shell.obey(player(B));
  shell.obey(player(B));

  assert.deepEqual(asked, [B, B]);
});

test("where only clips are shown it waits for five minutes first", async () => {
  const { shell } = await started({ waiting: B });
  shell.obey(player(B));

  assert.ok(!shell.isUpdateWaiting(false));
  shell.assignedAt -= 301e3;
  assert.ok(shell.isUpdateWaiting(false));
});

test("called back while the other waits, it stays what it is", async () => {
  const { shell, asked } = await started({ waiting: B });
  shell.obey(player(B));
  shell.obey(player(A));

  assert.ok(!shell.isUpdateWaiting());
  assert.deepEqual(asked, [A], "so that no restart brings the other either");
});

test("a page that replaces a release that never played reports that and doesn't try it again", async () => {
  const { shell, asked } = await started({ controller: B, active: B });
  shell.obey(player(B));

  assert.equal(shell.gaveUp, B);
  assert.ok(!shell.isUpdateWaiting());
  assert.deepEqual(asked, []);
});

test("a page that was loaded past its worker becomes what the worker has", async () => {
  const { shell } = await started({ controller: "", active: B });
  shell.container = /** @type {any} */ ({ controller: worker(B) });
  shell.obey(player(B));

  assert.equal(shell.gaveUp, "");
  assert.ok(shell.isUpdateWaiting());
});

test("a worker of before releases had names is taken over as ever", async () => {
  const { shell, registration } = await started();
  registration.active = { scriptURL: "https://anping.test/player/sw.js" };
  registration.waiting = worker(B);

  assert.ok(shell.isUpdateWaiting());
});

test("a page that is on its way is not asked for again, but after a minute in which it didn't come", async (context) => {
  const { shell } = await started();
  const reload = context.mock.fn();
  globalThis.location = /** @type {any} */ ({ reload });

  shell.reload();
  shell.reload();
  assert.equal(reload.mock.callCount(), 1);

  shell.againAt -= 61e3;
  shell.reload();
  assert.equal(reload.mock.callCount(), 2);
});
