import assert from "node:assert/strict";
import { test } from "node:test";
import { districtMs, districtTime } from "../../server/web/static/console/district-time.js";

const AT = Date.parse("2026-11-24T07:01:30Z");

test("an instant is shown by the district's clock and read back", () => {
  assert.equal(districtTime(AT, "Asia/Shanghai"), "2026-11-24T15:01:30");
  assert.equal(districtMs("2026-11-24T15:01:30", "Asia/Shanghai"), AT);
  assert.equal(districtMs("2026-11-24T15:01", "Asia/Shanghai"), AT - 30_000);
});

test("a clock that is put forward and back is read right on both sides", () => {
  for (const text of ["2026-03-29T01:30:00Z", "2026-03-29T00:30:00Z", "2026-10-25T02:30:00Z"]) {
    const at = Date.parse(text);
    assert.equal(districtMs(districtTime(at, "Europe/Berlin"), "Europe/Berlin"), at, text);
  }
});
