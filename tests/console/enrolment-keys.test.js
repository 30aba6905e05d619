import assert from "node:assert/strict";
import { test } from "node:test";
import { serialsOf } from "../../server/web/static/console/enrolment-keys.js";

test("serials are read one a line, from a pasted column too, each once", () => {
  assert.deepEqual(serialsOf("BUS-1\r\nBUS-2\t\n\nBUS-1，BUS-3"), ["BUS-1", "BUS-2", "BUS-3"]);
});
