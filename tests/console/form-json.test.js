import assert from "node:assert/strict";
import { test } from "node:test";
import {
  place,
  readAs,
  readField,
  withoutHoles,
} from "../../server/web/static/console/form-json.js";

/** @param {[string, unknown][]} fields */
const built = (fields) => {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const [path, value] of fields) place(body, path, value);
  return body;
};

test("minutes are sent as seconds", () => {
  assert.equal(readAs("minutes", "1.5"), 90);
  assert.equal(readAs("minutes", "0.833333"), 50);
});

test("percentages are sent as shares of one", () => {
  assert.equal(readAs("percent", "20"), 0.2);
  assert.equal(readAs("percent", "7"), 0.07);
});

test("headers are a line each, by either colon, and one without a colon can be refused", () => {
  assert.deepEqual(readAs("pairs", "Authorization: Bearer a:b\n\nX-Id：7 \nToken"), {
    Authorization: "Bearer a:b",
    "X-Id": "7",
    "Token:": "",
  });
});

test("what was there before can be taken away by a list or object that is sent empty", () => {
  assert.deepEqual(built([["events", []]]), { events: [] });
  assert.deepEqual(
    built([
      ["events", []],
      ["events[]", "raised"],
      ["quiet_hours", null],
      ["quiet_hours.from", "22:00"],
    ]),
    { events: ["raised"], quiet_hours: { from: "22:00" } },
  );
});

test("dots lead into objects", () => {
  assert.deepEqual(
    built([
      ["target.kind", "plays_per_hour"],
      ["target.value", 12],
    ]),
    { target: { kind: "plays_per_hour", value: 12 } },
  );
});

test("brackets collect a list", () => {
  assert.deepEqual(
    built([
      ["selector.venue_kinds[]", "bank"],
      ["selector.venue_kinds[]", "bus"],
    ]),
    { selector: { venue_kinds: ["bank", "bus"] } },
  );
});

test("a number sign is an entry of a list, a plain number is a name", () => {
  assert.deepEqual(
    built([
      ["hours.1.#0.#0", "08:00"],
      ["hours.1.#0.#1", "20:00"],
      ["dayparts.#0.days[]", 6],
    ]),
    { hours: { 1: [["08:00", "20:00"]] }, dayparts: [{ days: [6] }] },
  );
});

test("an entry of which nothing was filled in is left out, and a list may be empty", () => {
  const parts = built([
    ["dayparts", []],
    ["dayparts.#1.days[]", 6],
  ]);

  assert.deepEqual(withoutHoles(parts), { dayparts: [{ days: [6] }] });
  assert.deepEqual(withoutHoles(built([["dayparts", []]])), { dayparts: [] });
});

test("what is nothing unless something is typed into its fields", () => {
  assert.deepEqual(built([["baseline", null]]), { baseline: null });
  assert.deepEqual(
    built([
      ["baseline", null],
      ["baseline.value", 6.5],
    ]),
    { baseline: { value: 6.5 } },
  );
});

test("lines become a list without empty ones", () => {
  assert.deepEqual(readAs("lines", " 刷单返利 \n\n冒充客服\r\n"), ["刷单返利", "冒充客服"]);
});

test("a date and time is the district's, in whatever zone the browser is", (t) => {
  const [zone, page] = [process.env.TZ, globalThis.document];
  t.after(() => {
    Object.assign(process.env, { TZ: zone ?? "UTC" });
    Object.assign(globalThis, { document: page });
  });
  for (const [district, sent] of [
    ["Asia/Shanghai", "2026-11-24T01:00:00Z"],
    ["Asia/Urumqi", "2026-11-24T03:00:00Z"],
  ])
    for (const own of ["UTC", "Asia/Shanghai", "America/New_York"]) {
      process.env.TZ = own;
      const root = { documentElement: { dataset: { zone: district } } };
      Object.assign(globalThis, { document: root });
      assert.equal(readAs("instant", "2026-11-24T09:00"), sent, `${own} ${district}`);
    }
});

test("minutes from now are an instant", () => {
  const off = Date.parse(String(readAs("from-now", "30"))) - Date.now();
  assert.ok(off > 1_797_000 && off <= 1_800_000, `${off}`);
});

test("an empty choice takes away what was chosen, where the form has it so", () => {
  /** @param {Record<string, string>} dataset */
  const chosen = (dataset, value = "") =>
    readField(/** @type {any} */ ({ name: "cause", type: "select-one", value, dataset }));
  assert.deepEqual(chosen({ empty: "null" }), { path: "cause", value: null });
  assert.deepEqual(chosen({ empty: "null" }, "power"), { path: "cause", value: "power" });
  assert.equal(chosen({}), null);
});
