// The dock around Chainlit's conversation: door note, clock, pickers, the way to end. It shows what the server says
// and decides nothing.
"use strict";

(function () {
  const found = location.pathname.match(/^\/interview\/thread\/([0-9a-fA-F-]{32,36})\/?$/);
  if (!found) {
    location.replace("/stations");
    return;
  }
  const encounter = found[1].replaceAll("-", "");
  const call = `/api/encounter/${encounter}`;
  let state = null;
  let offset = 0; // server clock minus ours, in milliseconds
  const announced = new Set();
  let terms = null;

  // -- small tools ---------------------------------------------------------------------------------------------------

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((each) => each !== null));
    return element;
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  }

  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replace(/œ/g, "oe").replace(/[^\p{L}\p{N}]+/gu, " ");
  const say = (key, values = {}) =>
    (state.words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  async function ask(path = "", body = undefined) {
    const options = body === undefined ? {} : {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(call + path, { headers: { accept: "application/json" }, ...options });
    if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    const content = await answer.json();
    if (!answer.ok) throw new Error(typeof content.detail === "string" ? content.detail : String(answer.status));
    return content;
  }

  async function tryTo(deed) {
    try {
      return await deed();
    } catch (error) {
      dock.fault.textContent = error.message === "Failed to fetch" ? say("unreachable") : error.message;
      setTimeout(() => { dock.fault.textContent = ""; }, 8000);
      return null;
    }
  }

  // -- what is on the page ---------------------------------------------------------------------------------------------

  const dock = {};

  function build() {
    const w = say;
    dock.clock = make("span", { class: "osce-clock", role: "timer", "aria-label": w("time_left") });
    dock.phase = make("span", { class: "osce-phase" });
    dock.fault = make("p", { class: "osce-fault", role: "alert" });
    dock.announce = make("p", { class: "osce-unseen", role: "status", "aria-live": "assertive" });
    dock.doorButton = make("button", { type: "button", "aria-expanded": "false", "aria-controls": "osce-door",
      onclick: () => toggleDoor() }, w("door"));
    dock.examine = make("button", { type: "button", onclick: () => openPicker("examine") }, w("examine"));
    dock.order = make("button", { type: "button", onclick: () => openPicker("order") }, w("order"));
    dock.hint = make("button", { type: "button", hidden: !state.has_hints, onclick: askForHint }, w("hint"));
    dock.end = make("button", { type: "button", class: "osce-end", onclick: confirmEnd }, w("end"));
    dock.bar = make("header", { id: "osce-dock" },
      make("a", { href: "/", class: "osce-home", title: w("home_kept") }, w("home")),
      make("h1", { lang: state.language }, state.title),
      make("div", { class: "osce-time" }, dock.phase, dock.clock),
      make("div", { class: "osce-deeds", role: "toolbar", "aria-label": w("deeds") },
        dock.doorButton, dock.examine, dock.order, dock.hint, dock.end),
      dock.fault, dock.announce);
    dock.door = make("aside", { id: "osce-door", "aria-label": w("door"), hidden: true },
      make("h2", {}, w("door")), doorNote());
    dock.over = make("section", { id: "osce-over", "aria-label": w("over"), hidden: true });
    dock.briefing = make("section", { id: "osce-briefing", "aria-label": w("door"), hidden: true });
    document.body.prepend(make("a", { class: "osce-skip", href: "#chat-input", onclick: focusComposer }, w("skip")),
      dock.bar, dock.door, dock.over, dock.briefing);
    const fit = () => document.documentElement.style.setProperty("--osce-height", `${dock.bar.offsetHeight}px`);
    new ResizeObserver(fit).observe(dock.bar);
    document.getElementById("root").setAttribute("lang", state.language);
    buildPicker();
    buildConfirmation();
  }

  function doorNote() {
    const door = state.door;
    const list = (tag, words) => make(tag, {}, ...words.map((each) => make("li", {}, each)));
    const note = make("div", { class: "osce-note", lang: state.language },
      make("p", {}, door.role), make("p", {}, door.setting), make("p", {}, make("strong", {}, door.patient)));
    if (door.given.length) note.append(list("ul", door.given));
    note.append(own("h3", "tasks"), list("ol", door.tasks));
    if (door.not_tasks.length) note.append(own("h3", "not_tasks"), list("ul", door.not_tasks));
    return note;
  }

  // A picture that arrives after its words is brought into view when it belongs to the last message.
  document.addEventListener("load", (event) => {
    const message = event.target instanceof HTMLImageElement && event.target.closest("[data-step-type]");
    const all = document.querySelectorAll("[data-step-type]");
    if (message && message === all[all.length - 1]) message.scrollIntoView({ block: "end" });
  }, true);

  // New messages are read out: Chainlit's list of messages is not a live region by itself.
  function listen() {
    const message = document.querySelector("[data-step-type]");
    const list = message && message.parentElement;
    if (list && !list.hasAttribute("aria-live")) {
      list.setAttribute("role", "log");
      list.setAttribute("aria-live", "polite");
      list.setAttribute("aria-label", say("conversation"));
    }
    const send = document.getElementById("chat-submit");
    if (send) send.setAttribute("aria-label", say("send"));
    const composer = document.getElementById("chat-input");
    if (composer) composer.setAttribute("aria-label", say("composer"));
  }

  function own(tag, key) {
    return make(tag, { lang: document.documentElement.lang }, say(key));
  }

  function toggleDoor(isOpen = dock.door.hidden) {
    dock.door.hidden = !isOpen;
    dock.doorButton.setAttribute("aria-expanded", String(isOpen));
    document.body.classList.toggle("osce-door-open", isOpen);
  }

  async function askForHint() {
    dock.hint.disabled = true;
    await tryTo(() => ask("/help", { message_id: newId() }));
    dock.hint.disabled = false;
    focusComposer();
  }

  function focusComposer(event) {
    if (event) event.preventDefault();
    const composer = document.getElementById("chat-input");
    if (composer) composer.focus();
  }

  // -- phases ------------------------------------------------------------------------------------------------------------

  function show(fresh) {
    const before = state && state.phase;
    state = { ...state, ...fresh };
    offset = Date.parse(state.now) - Date.now();
    document.body.dataset.oscePhase = state.phase;
    const isOn = state.phase === "interview";
    for (const button of [dock.examine, dock.order, dock.end]) button.hidden = !isOn;
    dock.hint.hidden = !isOn || !state.has_hints;
    dock.phase.textContent = say(`phase_${state.phase}`);
    showBriefing();
    showOver();
    if (isOn && before !== "interview") {
      toggleDoor(window.innerWidth >= 1100);
      setTimeout(() => { // unless the person has gone elsewhere meanwhile
        if ([document.body, null].includes(document.activeElement)) focusComposer();
      }, 300);
    }
    if (!isOn && dock.picker.open) dock.picker.close();
    tick();
  }

  function showBriefing() {
    const isOn = state.phase === "briefing";
    dock.briefing.hidden = !isOn;
    if (!isOn || dock.briefing.childElementCount) return;
    const enter = make("button", { type: "button", class: "osce-main",
      onclick: async () => {
        enter.disabled = true;
        const fresh = await tryTo(() => ask("/enter", {}));
        enter.disabled = false;
        if (fresh) show(fresh);
      } }, say("enter"));
    const card = make("div", { class: "osce-card" }, make("h2", {}, say("door")), doorNote(),
      make("p", { class: "osce-machine" }, say("machine")),
      make("p", {}, say("reading", { reading: state.reading_minutes, station: state.station_minutes })), enter);
    dock.briefing.append(card);
    enter.focus({ preventScroll: true }); // the note is read from its top
  }

  function showOver() {
    const isOver = !["briefing", "interview"].includes(state.phase);
    dock.over.hidden = !isOver;
    if (!isOver) return;
    const isClosing = state.phase === "closing";
    const target = isClosing ? `/encounter/${encounter}/closing` : `/encounter/${encounter}`;
    const onward = make("a", { href: target, class: "osce-main" }, say(isClosing ? "to_form" : "to_result"));
    const wasNew = !dock.over.childElementCount;
    dock.over.replaceChildren(make("p", {}, say("over_words")), onward);
    if (wasNew) onward.focus();
  }

  // -- the clock ---------------------------------------------------------------------------------------------------------

  function tick() {
    if (!state.deadline) {
      dock.clock.textContent = "";
      return;
    }
    const left = Math.max(0, Math.round((Date.parse(state.deadline) - Date.now() - offset) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const isWarned = state.warning && Date.parse(state.warning) <= Date.now() + offset;
    dock.clock.textContent = isWarned ? `⚠ ${time}` : time;
    dock.clock.classList.toggle("osce-warned", Boolean(isWarned));
    if (isWarned) announce("warning", left < 90 ? say("said_soon", { seconds: left })
      : say("said_warning", { minutes: Math.round(left / 60) }));
    if (state.phase === "interview" && left <= 30 && left > 0) announce("soon", say("said_soon", { seconds: 30 }));
    if (left === 0) {
      announce(`end-${state.phase}`, say("said_end"));
      refreshSoon();
    }
  }

  function announce(key, words) {
    const once = `${state.deadline}-${key}`;
    if (announced.has(once)) return;
    announced.add(once);
    dock.announce.textContent = words;
  }

  let waiting = false;
  function refreshSoon() {
    if (waiting) return;
    waiting = true;
    setTimeout(async () => {
      waiting = false;
      const fresh = await tryTo(() => ask());
      if (fresh) show(fresh);
    }, 1000);
  }

  // -- the picker --------------------------------------------------------------------------------------------------------

  function buildPicker() {
    dock.search = make("input", { type: "search", id: "osce-search", autocomplete: "off", oninput: fillPicker,
      onkeydown: (event) => {
        if (event.key === "ArrowDown") moveIn(event, 0);
        if (event.key === "Enter") {
          event.preventDefault();
          const options = dock.options.querySelectorAll("button");
          if (options.length === 1) options[0].click();
        }
      } });
    dock.searchLabel = make("label", { for: "osce-search" });
    dock.found = make("p", { role: "status", class: "osce-found" });
    dock.options = make("div", { class: "osce-options", lang: state.language });
    dock.pickerTitle = make("h2", { id: "osce-picker-title" });
    dock.picker = make("dialog", { id: "osce-picker", "aria-labelledby": "osce-picker-title" },
      make("div", { class: "osce-picker-head" }, dock.pickerTitle,
        make("button", { type: "button", onclick: () => dock.picker.close() }, say("close"))),
      dock.searchLabel, dock.search, dock.found, dock.options);
    document.body.append(dock.picker);
  }

  async function openPicker(family) {
    dock.picker.dataset.family = family;
    dock.pickerTitle.textContent = say(family);
    dock.searchLabel.textContent = say(`${family}_search`);
    dock.search.value = "";
    dock.options.replaceChildren();
    dock.picker.showModal();
    dock.search.focus();
    await tryTo(learnTerms);
    fillPicker();
  }

  async function learnTerms() {
    if (!terms) {
      const answer = await fetch(`/api/terms?language=${state.language}`).then((each) => each.json());
      terms = answer.map((each) => ({ ...each, where: plain(` ${[each.name, each.group, ...each.terms].join(" ")}`) }));
    }
  }

  function fillPicker() {
    if (!terms) return; // they are on their way
    const wanted = plain(dock.search.value).split(/\s+/).filter(Boolean);
    const kind = `${dock.picker.dataset.family}.`;
    const fits = terms.filter((each) => each.id.startsWith(kind) && wanted.every((word) => each.where.includes(` ${word}`)));
    const groups = new Map();
    for (const each of fits) groups.set(each.group, [...(groups.get(each.group) || []), each]);
    dock.options.replaceChildren(...[...groups].map(([group, topics]) => make("section", {},
      group ? make("h3", {}, group) : null, make("ul", {}, ...topics.map(option)))));
    dock.found.textContent = say(fits.length ? "found" : "nothing_found", { count: fits.length });
  }

  function option(topic) {
    const messageId = newId();
    const button = make("button", { type: "button", "data-target": topic.id,
      onkeydown: (event) => {
        const all = [...dock.options.querySelectorAll("button")];
        if (event.key === "ArrowDown") moveIn(event, all.indexOf(button) + 1);
        if (event.key === "ArrowUp") moveIn(event, all.indexOf(button) - 1);
      },
      onclick: async () => {
        button.disabled = true;
        const fresh = await tryTo(() => ask("/examine", { target: topic.id, message_id: messageId }));
        button.disabled = false;
        dock.picker.close();
        if (fresh) show(fresh);
        focusComposer();
      } }, topic.name);
    return make("li", {}, button);
  }

  function moveIn(event, index) {
    event.preventDefault();
    const all = dock.options.querySelectorAll("button");
    if (index < 0) dock.search.focus();
    else if (all[index]) all[index].focus();
  }

  // -- the end -----------------------------------------------------------------------------------------------------------

  function buildConfirmation() {
    dock.confirm = make("dialog", { id: "osce-confirm", "aria-labelledby": "osce-confirm-title" },
      make("h2", { id: "osce-confirm-title" }, say("end_title")), make("p", {}, say("end_words")),
      make("div", { class: "osce-deeds" },
        make("button", { type: "button", onclick: () => dock.confirm.close() }, say("end_no")),
        make("button", { type: "button", class: "osce-main", onclick: end }, say("end_yes"))));
    document.body.append(dock.confirm);
  }

  function confirmEnd() {
    dock.confirm.showModal();
  }

  async function end() {
    const fresh = await tryTo(() => ask("/finish", {}));
    dock.confirm.close();
    if (fresh) location.assign(`/encounter/${encounter}/closing`);
  }

  // -- start ---------------------------------------------------------------------------------------------------------------

  async function start() {
    const answer = await fetch(call, { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer) {
      setTimeout(start, 2000);
      return;
    }
    if (answer.status === 401) return location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    if (!answer.ok) return location.replace(`/encounter/${encounter}`);
    state = await answer.json();
    build();
    const first = state;
    state = { ...first, phase: null };
    show(first);
    learnTerms().catch(() => null); // the picker asks again
    setInterval(tick, 500);
    setInterval(listen, 500);
    setInterval(refreshSoon, 20000); // should a push be lost
    window.addEventListener("message", (event) => {
      const told = event.source === window && event.data && event.data.osce;
      if (told && told.encounter === encounter) show(told);
    });
  }

  start();
})();
