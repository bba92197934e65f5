// The closing form keeps itself: what is typed is saved as it is typed, and what could not be saved yet waits in this window.
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
  let isOver = false;
  let warned = false;

  const fields = () => Object.fromEntries([...form.querySelectorAll("textarea")].map((each) => [each.name, each.value]));

  function keepHere() {
    sessionStorage.setItem(key, JSON.stringify(fields()));
  }

  async function save() {
    timer = null;
    const now = JSON.stringify(fields());
    try {
      const answer = await fetch(`/api/encounter/${place.dataset.encounter}/draft`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ fields: fields() }) });
      if (answer.status === 401) throw new Error("signed out");
      if (answer.ok && sessionStorage.getItem(key) === now) sessionStorage.removeItem(key);
      saved.textContent = words[answer.ok ? "saved" : "not_saved"];
      if (answer.ok && (await answer.json()).phase !== "closing") location.assign(`/encounter/${place.dataset.encounter}`);
      else if (isOver) form.submit(); // the time is up and all is saved: handed in as it stands
    } catch {
      saved.textContent = words.not_saved;
      timer = timer || setTimeout(save, isOver ? 500 : 3000);
    }
  }

  form.addEventListener("input", () => {
    keepHere();
    timer = timer || setTimeout(save, 600); // not put off by typing on: never more than this is unsaved
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
      isOver = true;
      for (const area of form.querySelectorAll("textarea")) area.readOnly = true;
      clearTimeout(timer);
      save();
    }
  }

  tick();
  setInterval(tick, 500);
})();
