// The closing form keeps itself: every pause in typing is saved, and what could not be saved yet waits in this window.
"use strict";

(function () {
  const place = document.getElementById("closing");
  const form = document.getElementById("form");
  const saved = document.getElementById("saved");
  const clock = document.getElementById("clock");
  const announce = document.getElementById("announce");
  const words = JSON.parse(place.dataset.words);
  const deadline = Date.parse(place.dataset.deadline);
  const offset = Date.parse(place.dataset.now) - Date.now();
  const key = `closing-${place.dataset.encounter}`;
  let timer = null;
  let isSubmitting = false;
  let warned = false;

  const fields = () => Object.fromEntries([...form.querySelectorAll("textarea")].map((each) => [each.name, each.value]));

  function keepHere() {
    sessionStorage.setItem(key, JSON.stringify(fields()));
  }

  async function save() {
    const now = JSON.stringify(fields());
    try {
      const answer = await fetch(`/api/encounter/${place.dataset.encounter}/draft`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ fields: fields() }) });
      if (answer.status === 401) throw new Error("signed out");
      if (answer.ok && sessionStorage.getItem(key) === now) sessionStorage.removeItem(key);
      saved.textContent = words[answer.ok ? "saved" : "not_saved"];
      if (answer.ok && (await answer.json()).phase !== "closing") location.assign(`/encounter/${place.dataset.encounter}`);
    } catch {
      saved.textContent = words.not_saved;
      timer = setTimeout(save, 3000);
    }
  }

  form.addEventListener("input", () => {
    keepHere();
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });

  form.addEventListener("submit", (event) => {
    if (isSubmitting) event.preventDefault(); // a second click changes nothing
    isSubmitting = true;
    sessionStorage.removeItem(key);
  });

  const waiting = JSON.parse(sessionStorage.getItem(key) || "null");
  if (waiting) {
    for (const area of form.querySelectorAll("textarea")) if (waiting[area.name]) area.value = waiting[area.name];
    save();
  }

  function tick() {
    const left = Math.max(0, Math.round((deadline - Date.now() - offset) / 1000));
    clock.textContent = `${left <= 60 ? "⚠ " : ""}${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left <= 60 && !warned) {
      warned = true;
      announce.textContent = words.said_minute;
    }
    if (left === 0 && !isSubmitting) {
      isSubmitting = true;
      announce.textContent = words.said_end;
      save().finally(() => setTimeout(() => location.assign(`/encounter/${place.dataset.encounter}`), 1200));
    }
  }

  tick();
  setInterval(tick, 500);
})();
