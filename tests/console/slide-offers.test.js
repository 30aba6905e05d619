import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, withOffer } from "../../server/web/static/console/slide-offers.js";

const offer = { name: "屏幕共享", text: "共享屏幕等于把验证码给人看" };

test("as much of an offer is taken as fits", () => {
  assert.equal(fitting(offer, 18), "屏幕共享：共享屏幕等于把验证码给人看");
  assert.equal(fitting(offer, 17), "共享屏幕等于把验证码给人看");
  assert.equal(fitting(offer, 12), "屏幕共享");
  assert.equal(fitting(offer, 3), null);
});

test("a list gets another line until it is full", () => {
  const place = { longest: 12, most: 2 };
  const one = withOffer("", place, offer);
  assert.equal(one, "屏幕共享");
  const two = withOffer(`${one}\n\n`, place, offer);
  assert.equal(two, "屏幕共享\n屏幕共享");
  assert.equal(withOffer(two, place, offer), null);
});

test("a text gets another sentence while there is room", () => {
  const place = { longest: 40 };
  assert.equal(withOffer("", place, offer), "屏幕共享：共享屏幕等于把验证码给人看");
  assert.equal(withOffer("请注意", place, offer), "请注意。屏幕共享：共享屏幕等于把验证码给人看");
  assert.equal(withOffer("请注意！", { longest: 10 }, offer), "请注意！屏幕共享");
  assert.equal(withOffer("请注意！", { longest: 7 }, offer), null);
});
