/**
 * A report by hand, made on a phone: the statement goes first, then its photos one by one. What
 * broke off goes on where it was, by itself once the network is back, also after the page was
 * closed: nothing is sent twice and nothing that was typed or taken is lost.
 */
import { csrfToken, Problem, refusalIn } from "./api.js";
import { clear, setBusy, show } from "./api-form.js";
import { button, element } from "./elements.js";
import { readForm } from "./form-json.js";
import { all, sendBy, wireEach } from "./on-page.js";
import { NoNetwork, sendPhoto, smaller } from "./photo.js";
import { dropDraft, emptyDraft, keepDraft, readDraft, secret } from "./report-draft.js";

const DAY_MS = 86_400_000;
const AGAIN_MS = 5000;

/** @typedef {import("./report-draft.js").Draft} Draft */
/** @typedef {import("./report-draft.js").Shot} Shot */

/**
 * How many days from one date to another (both included) fall on these weekdays (1 is Monday).
 * @param {string} from
 * @param {string} to
 * @param {string} weekdays such as "1 2 3 4 5"
 */
export function daysBetween(from, to, weekdays) {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(first) || Number.isNaN(last)) return 0;
  const open = weekdays.split(" ").filter(Boolean);
  let count = 0;
  for (let at = first; at <= last; at += DAY_MS) {
    if (open.includes(String(new Date(at).getUTCDay() || 7))) count += 1;
  }
  return count;
}

class Report {
  /** @param {HTMLFormElement} form @param {Draft} draft */
  constructor(form, draft) {
    this.form = form;
    this.draft = draft;
    this.about = form.dataset.attest || form.dataset.venue || "";
    this.sending = false;
    /** Photos that were chosen and aren't made smaller yet. */
    this.coming = 0;
    this.taken = Promise.resolve();
    this.list = /** @type {HTMLElement} */ (form.querySelector("[data-shots]"));
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-progress]"));
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  start() {
    const { form, draft } = this;
    draft.made = form.dataset.attest || draft.made;
    for (const [name, value] of Object.entries(draft.fields)) this.fill(name, value);
    for (const shot of draft.shots) this.add(shot);
    for (const field of /** @type {HTMLInputElement[]} */ (all(form, "[data-photos]"))) {
      field.addEventListener("change", () => this.take(field));
      this.take(field); // on a slow line a photo can be chosen before this script is there
    }
    form.addEventListener("input", () => void this.keep());
    sendBy(form, () => this.send());
    window.addEventListener("online", () => this.sending && void this.send());
    if (draft.made && !form.dataset.attest) this.freeze();
    this.judge();
  }

  /** @param {string} name @param {string} value */
  fill(name, value) {
    const field = this.form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
      field.value = value;
  }

  /**
   * Several files, one after the other. They count at once: making them smaller takes seconds on a
   * phone, and who presses the button meanwhile has taken a photo.
   * @param {HTMLInputElement} field
   */
  take(field) {
    const files = [...(field.files ?? [])];
    if (files.length === 0) return;
    field.value = "";
    this.coming += files.length;
    this.taken = this.taken.then(() => this.takeIn(files));
    this.judge();
  }

  /** @param {File[]} files */
  async takeIn(files) {
    const most = Number(this.form.dataset.most);
    for (const file of files) {
      if (this.draft.shots.length < most) {
        const shot = { id: secret(), file: await smaller(file), name: file.name, sent: false };
        this.draft.shots.push(shot);
        this.add(shot);
      }
      this.coming -= 1;
    }
    await this.keep();
    this.judge();
  }

  /** @param {Shot} shot */
  add(shot) {
    const row = element("li");
    const picture = element("img");
    picture.alt = this.text("photo").replace("{n}", String(this.rows.size + 1));
    picture.src = URL.createObjectURL(shot.file);
    const bar = element("progress");
    bar.max = 1;
    bar.hidden = true;
    const remove = button("", "×", () => void this.remove(shot));
    remove.setAttribute("aria-label", `${this.text("remove")} ${picture.alt}`);
    row.append(picture, bar, element("span", "shot-state faint"), remove);
    this.list.append(row);
    this.rows.set(shot.id, row);
    this.mark(shot, shot.sent ? "sent" : "waits");
  }

  /** @param {Shot} shot */
  async remove(shot) {
    this.draft.shots = this.draft.shots.filter((one) => one !== shot);
    this.rows.get(shot.id)?.remove();
    this.rows.delete(shot.id);
    await this.keep();
    this.judge();
  }

  /** @param {Shot} shot @param {"waits" | "going" | "sent" | "failed"} state @param {string} [text] */
  mark(shot, state, text) {
    const row = this.rows.get(shot.id);
    if (!row) return;
    row.dataset.state = state;
    const bar = /** @type {HTMLProgressElement} */ (row.querySelector("progress"));
    bar.hidden = state !== "going";
    if (state === "going") bar.value = 0;
    const status = /** @type {HTMLElement} */ (row.querySelector(".shot-state"));
    status.textContent = text ?? this.text(state);
    const remove = /** @type {HTMLButtonElement} */ (row.querySelector("button"));
    remove.hidden = state === "sent" || state === "going";
  }

  /** A word of the page. @param {string} name */
  text(name) {
    return this.form.dataset[`${name}Text`] ?? "";
  }

  /** The form can't be sent without a photo. */
  judge() {
    const first = /** @type {HTMLInputElement} */ (this.form.querySelector("[data-photos]"));
    const count = this.draft.shots.length + this.coming;
    const lacks = count === 0;
    first.setCustomValidity(lacks ? this.text("lacking") : "");
    const full = count >= Number(this.form.dataset.most);
    for (const field of this.form.querySelectorAll("input[data-photos]"))
      field.toggleAttribute("disabled", full);
  }

  async keep() {
    /** @type {Record<string, string>} */
    const fields = {};
    for (const field of this.form.elements) {
      const one = /** @type {HTMLInputElement} */ (field);
      if (one.name && one.type !== "hidden" && one.type !== "file") fields[one.name] = one.value;
    }
    this.draft.fields = fields;
    await keepDraft(this.about, this.draft);
  }

  async send() {
    clearTimeout(this.timer);
    clear(this.form);
    if (this.sending && this.form.getAttribute("aria-busy") === "true") return;
    this.sending = true;
    setBusy(this.form, true);
    try {
      await this.taken;
      await this.keep();
      await this.post();
      await this.sendShots();
      await dropDraft(this.about);
      window.location.assign(`/attestations/${this.draft.made}`);
    } catch (error) {
      setBusy(this.form, false);
      if (error instanceof NoNetwork) this.wait();
      else this.stop(error);
    }
  }

  /** The statement, sent once: the key makes a second try harmless. */
  async post() {
    const { draft } = this;
    if (draft.made) return;
    const headers = {
      "Content-Type": "application/json",
      "X-CSRF-Token": csrfToken(),
      "Idempotency-Key": draft.key,
    };
    const body = JSON.stringify(readForm(this.form));
    const sent = fetch("/api/v1/attestations", { method: "POST", headers, body });
    const response = await sent.catch(() => {
      throw new NoNetwork();
    });
    if (response.status >= 500 || response.status === 429) throw new NoNetwork();
    if (!response.ok) {
      draft.key = secret(); // it is another report once it was put right
      throw await refusalIn(response);
    }
    draft.made = (await response.json()).id;
    await this.keep();
    this.freeze();
  }

  async sendShots() {
    const { draft } = this;
    const path = `/api/v1/attestations/${draft.made}/photos`;
    for (const [index, shot] of draft.shots.entries()) {
      if (shot.sent) continue;
      const counted = this.text("sending").replace("{n}", String(index + 1));
      this.status.textContent = counted.replace("{all}", String(draft.shots.length));
      this.mark(shot, "going");
      await this.sendShot(path, shot);
      shot.sent = true;
      this.mark(shot, "sent");
      await this.keep();
    }
  }

  /** @param {string} path @param {Shot} shot */
  async sendShot(path, shot) {
    const bar = this.rows.get(shot.id)?.querySelector("progress");
    try {
      await sendPhoto(path, shot.file, shot.name || "photo.jpg", (share) => {
        if (bar) bar.value = share;
      });
    } catch (error) {
      const refused = error instanceof Problem;
      this.mark(shot, refused ? "failed" : "waits", refused ? error.message : undefined);
      throw error;
    }
  }

  /** The statement is at the server: from here on only photos are missing. */
  freeze() {
    for (const part of this.form.querySelectorAll("fieldset")) part.disabled = true;
  }

  /** No network: it goes on by itself, and a click tries at once. */
  wait() {
    this.status.textContent = this.text("offline");
    this.timer = setTimeout(() => void this.send(), AGAIN_MS);
  }

  /** @param {unknown} error */
  stop(error) {
    this.sending = false;
    this.status.textContent = this.draft.made ? this.text("kept") : "";
    show(this.form, error);
  }
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${name}"]`));
  const [from, to, days] = [field("from"), field("to"), field("days")];
  if (!from || !to || !days) return;
  let own = false;
  days.addEventListener("input", () => {
    own = true;
  });
  for (const date of [from, to])
    date.addEventListener("change", () => {
      const count = daysBetween(from.value, to.value, form.dataset.weekdays ?? "");
      if (!own && count > 0) days.value = String(count);
    });
}

/** @param {HTMLFormElement} form */
async function wire(form) {
  const about = form.dataset.attest || form.dataset.venue || "";
  let early = false;
  const hold = (/** @type {Event} */ event) => {
    event.preventDefault();
    early = true;
  };
  form.addEventListener("submit", hold);
  const kept = await readDraft(about);
  form.removeEventListener("submit", hold);
  const note = /** @type {HTMLElement | null} */ (form.querySelector("[data-restored]"));
  if (note && kept) note.hidden = false;
  note?.querySelector("button")?.addEventListener("click", async () => {
    await dropDraft(about);
    window.location.reload();
  });
  new Report(form, kept ?? emptyDraft()).start();
  if (early) form.requestSubmit();
}

wireEach("form[data-attest]", follow);
wireEach("form[data-attest]", wire);
