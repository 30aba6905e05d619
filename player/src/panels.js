/** In charge of the words and forms that people at the screen read: pairing, identifying, explaining. */
import { make } from "./stage.js";

/** @typedef {import("./pairing.js").Offer} Offer */

/** @param {string} zh @param {string} en */
const line = (zh, en) => make("p", "words", make("b", "", zh), make("span", "", en));

/** @param {string} svg drawn as an image, so that nothing in it can act */
function qr(svg) {
  const image = make("img", "qr");
  image.alt = "";
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return image;
}

/** @param {boolean} up */
const link = (up) =>
  make(
    "p",
    up ? "link up" : "link",
    up ? "已连接服务器 · Connected" : "正在连接服务器… · Connecting…",
  );

/**
 * The pairing page: a code for a person, a QR code for a phone.
 * @param {Offer | null} offer null while there is none
 * @param {string} name of the installation
 */
export function pairingPanel(offer, name) {
  const host = offer ? offer.verification_uri.replace(/^https?:\/\//, "") : location.host;
  const head = make(
    "header",
    "",
    make("b", "brand", "安屏"),
    make("span", "", name || location.host),
  );
  const steps = make(
    "section",
    "steps",
    make("h1", "", "绑定显示屏", make("small", "", "Pair this screen")),
    line(
      "扫描二维码，或打开下方地址输入绑定码",
      "Scan the QR code, or open this address and enter the code",
    ),
    make("p", "address", host),
    make("p", "code", offer ? offer.user_code : "····-····"),
    line("绑定码十分钟内有效，到期自动更换", "The code lasts ten minutes and renews itself"),
    link(Boolean(offer)),
  );
  const card = offer?.qr_svg ? [make("figure", "card", qr(offer.qr_svg))] : [];
  return make("main", "pairing", head, make("div", "columns", steps, ...card));
}

/**
 * What is shown in a corner of a playing screen that the server has no longer.
 * @param {Offer} offer
 */
export const pairingCorner = (offer) =>
  make("div", "chip", make("b", "", offer.user_code), make("span", "", "待重新绑定 · Pair again"));

/**
 * @param {string} name
 * @param {string} number
 * @param {string | null} [svg] of the page for people at the venue
 */
export const identityPanel = (name, number, svg) =>
  make(
    "main",
    "identity",
    make("p", "name", name),
    make("p", "number", number),
    ...(svg ? [pageCode(svg)] : []),
  );

/** The way to the screen's page, small in a corner. @param {string} svg */
export const pageCode = (svg) => make("div", "chip", qr(svg), "扫码报修");

/** @param {string} zh @param {string} en @param {string[]} more */
export const noticePanel = (zh, en, ...more) =>
  make(
    "main",
    "notice",
    make("h1", "", zh),
    make("p", "", en),
    ...more.map((text) => make("p", "more", text)),
  );

/** @param {boolean} allowed degraded playing was asked for in the settings */
export const insecurePanel = (allowed) =>
  noticePanel(
    "此地址不安全，无法播放",
    "This address isn't a secure context, so the player can't run here",
    "请用 https 打开本页，或在浏览器策略中信任此来源（见运维手册）。",
    "Open this page over https, or trust this origin in the browser's policy (operations manual).",
    location.origin,
    ...(allowed
      ? ["设置已允许，但此版本还做不到。 · The settings allow it, this release can't do it yet."]
      : []),
  );
