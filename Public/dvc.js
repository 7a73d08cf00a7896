// What the pages do better with a script. Nothing here is needed for any task.
const root = document.documentElement;
root.classList.add("js");

const all = (selector, from = document) => [...from.querySelectorAll(selector)];

function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

// The summary of errors is heard first.
document.querySelector(".error-summary")?.focus();

// Wards follow their province.
for (const place of all("[data-wards]")) {
  const [province, ward] = all("select", place);
  province.addEventListener("change", async () => {
    ward.length = 1;
    if (!province.value) return;
    const answer = await fetch(place.dataset.wards + encodeURIComponent(province.value) + "/xa");
    if (!answer.ok) return;
    for (const { code, name } of await answer.json()) ward.add(new Option(name, code));
  });
}

// Questions that depend on another answer.
function chosen(name) {
  return all("input, select").filter((control) => control.name === name)
    .filter((control) => control.tagName === "SELECT" || control.checked).map((control) => control.value);
}
function showConditional() {
  for (const field of all("[data-show-field]")) {
    const values = field.dataset.showIn.split(" ");
    field.hidden = !chosen(field.dataset.showField).some((value) => values.includes(value));
  }
}
if (document.querySelector("[data-show-field]")) {
  document.addEventListener("change", showConditional);
  showConditional();
}

// One click, one request. The server would see to it anyway.
for (const form of all("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => all("button", form).forEach((button) => { button.disabled = true; }), 0);
  });
}
addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    all("button", form).forEach((button) => { button.disabled = false; });
  }
});

// A password can be looked at.
for (const input of all("input[data-show]")) {
  const row = document.createElement("div");
  row.className = "password-row";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button secondary small";
  button.textContent = input.dataset.show;
  button.setAttribute("aria-controls", input.id);
  input.before(row);
  row.append(input, button);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? input.dataset.hide : input.dataset.show;
  });
}

// A file that is too large is told of before it is sent.
for (const input of all("input[type=file]")) {
  input.addEventListener("change", () => {
    input.parentElement.querySelector(".too-large")?.remove();
    if (![...input.files].some((file) => file.size > 10 * 1024 * 1024)) return;
    const message = document.createElement("p");
    message.className = "error-message too-large";
    message.setAttribute("role", "alert");
    message.textContent = input.dataset.large;
    input.before(message);
  });
}

// Copy a code.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(button.dataset.copied ?? "");
    button.textContent = button.dataset.copied ?? button.textContent;
  } catch { /* The code can be selected by hand. */ }
});

// An officer's list by keyboard: j and k move, x ticks, Enter opens, / searches.
const work = document.querySelector("[data-work]");
if (work) {
  const rows = all("tbody tr", work);
  let here = -1;
  const go = (to) => {
    rows[here]?.classList.remove("here");
    here = Math.min(Math.max(to, 0), rows.length - 1);
    rows[here]?.classList.add("here");
    rows[here]?.querySelector("a").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "j") go(here + 1);
    else if (event.key === "k") go(here - 1);
    else if (event.key === "x" && rows[here]) rows[here].querySelector("input").click();
    else if (event.key === "/") { event.preventDefault(); document.querySelector("[data-key]").focus(); }
  });
  const every = work.querySelector("[data-all]");
  every?.addEventListener("change", () => {
    for (const row of rows) row.querySelector("input").checked = every.checked;
  });
}

// A dossier's page follows the agency: events say that something changed, the page itself says what.
const live = document.querySelector("[data-live]");
if (live) {
  let polling;
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.getElementById("live") ?? next.querySelector("main");
    const here = document.getElementById("live");
    if (!fresh || !here || fresh.innerHTML === here.innerHTML) return;
    if (fresh.id === "live") {
      here.replaceChildren(...fresh.childNodes);
    } else {
      document.querySelector("main").replaceChildren(...fresh.childNodes);
    }
    document.title = next.title;
    announce(document.querySelector("main .status")?.textContent ?? "");
  };
  const poll = () => { polling ??= setInterval(refresh, 10000); };
  const events = new EventSource(live.dataset.live);
  events.addEventListener("change", refresh);
  events.addEventListener("version", refresh);
  events.onerror = poll;
  events.onopen = () => { clearInterval(polling); polling = undefined; };
  addEventListener("pagehide", () => events.close());
}
