import assert from "node:assert/strict";
import { test } from "node:test";
import { fits } from "../../server/web/static/console/find.js";

test("all typed words have to be there, in any order and case", () => {
  assert.ok(fits("苏C·3012（2 块屏）", "3012"));
  assert.ok(fits("East Depot Bus 12", "bus EAST"));
  assert.ok(fits("苏C·3012", "  "));
  assert.ok(!fits("苏C·3012", "3012 3015"));
});
