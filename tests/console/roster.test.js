import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../server/web/static/console/api.js";
import { atFields, daysFrom, readServices } from "../../server/web/static/console/roster.js";

test("services are read as people write them", () => {
  const wanted = [
    ["06:10", "09:00"],
    ["16:00", "20:00"],
  ];
  for (const text of [
    "06:10-09:00 16:00-20:00",
    "6:10 – 9:00、16：00—20：00",
    "06:10~09:00;16:00 至 20:00",
    "06:10-9:00，16:00到20:00 ",
  ])
    assert.deepEqual(readServices(text), wanted);
  assert.deepEqual(readServices("  "), []);
});

test("what can't be read stays for the API to refuse", () => {
  assert.deepEqual(readServices("早班"), [["早班", ""]]);
  assert.deepEqual(readServices("0610-0900"), [["0610", "0900"]]);
  assert.deepEqual(readServices("06:00-08:00-10:00"), [["06:00", "08:00-10:00"]]);
});

test("days have both ends, over the end of a month", () => {
  assert.deepEqual(daysFrom("2026-11-30", "2026-12-01"), ["2026-11-30", "2026-12-01"]);
  assert.deepEqual(daysFrom("2026-11-30", "2026-11-30"), ["2026-11-30"]);
  assert.deepEqual(daysFrom("2026-11-30", "2026-11-29"), []);
});

test("what is wrong with a vehicle is shown at its field", () => {
  const entries = [
    { field: "services-v_4", body: { venue_id: "v_4", services: [] } },
    { field: "helper-services", body: { vehicle: "x", services: [] } },
  ];
  const problem = new Problem({
    detail: "时刻",
    errors: [
      { pointer: "/vehicles/0/services/1", detail: "时刻" },
      { pointer: "/vehicles/1/vehicle", detail: "没有" },
      { pointer: "/vehicles/1/services/0", detail: "时刻" },
      { pointer: "/other", detail: "别的" },
    ],
  });

  const placed = /** @type {Problem} */ (atFields(problem, entries));

  assert.deepEqual(
    placed.errors.map((one) => one.pointer),
    ["/services-v_4", "/helper", "/helper-services", "/other"],
  );
});
