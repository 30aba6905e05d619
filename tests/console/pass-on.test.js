import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName } from "../../server/web/static/console/pass-on.js";

test("a picture is named as its asset, with the shape and what it is", () => {
  assert.equal(fileName("未知链接不点击", "3:4", "image/png"), "未知链接不点击 3x4.png");
  assert.equal(fileName("反诈短片.mp4", "1:1", "image/jpeg"), "反诈短片 1x1.jpg");
});

test("what no file may be called is left out", () => {
  assert.equal(fileName('a/b:c"?', "9:16", "image/png"), "a b c 9x16.png");
});
