import assert from "node:assert/strict";
import { test } from "node:test";
import { withAsset } from "../../server/web/static/console/add-to-list.js";

test("an asset comes last and takes its own length", () => {
  const items = [
    { asset_id: "a_1", duration_s: 12 },
    { asset_id: "a_2", duration_s: null, name: "片" },
  ];
  assert.deepEqual(withAsset(items, "a_3"), [
    { asset_id: "a_1", duration_s: 12 },
    { asset_id: "a_2" },
    { asset_id: "a_3" },
  ]);
});
