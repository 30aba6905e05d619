import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../../server/web/static/console/import-rows.js";

const WORDS = { blank: "（空）", join: "；", colon: "：" };

test("problems, notes and changes are shown by row, each with its sentence", () => {
  const rows = rowsOf(
    {
      faults: [{ row: 9, name: "丙", title: "类型", detail: "没有填写。" }],
      notes: [{ row: 3, name: "乙", title: "纬度", detail: "请核对。" }],
      items: [
        { row: 2, name: "甲", act: "make", changes: [] },
        {
          row: 3,
          name: "乙",
          act: "change",
          changes: [
            { title: "电话", before: "1", after: "" },
            { title: "地址", before: "", after: "路" },
          ],
        },
      ],
    },
    WORDS,
  );

  assert.deepEqual(
    rows.map((one) => [one.row, one.tone, one.text]),
    [
      [2, "make", ""],
      [3, "note", "纬度：请核对。"],
      [3, "change", "电话：1 → （空）；地址：（空） → 路"],
      [9, "bad", "类型：没有填写。"],
    ],
  );
});
